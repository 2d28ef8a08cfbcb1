"""JSON Schemas of what a scan writes, and the words for their fields."""

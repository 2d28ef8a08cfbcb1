"""A small saved scan, for authors of reports."""

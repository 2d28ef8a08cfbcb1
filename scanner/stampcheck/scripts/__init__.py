"""The collecting scripts that stampcheck hands out, and the table that they ask by."""

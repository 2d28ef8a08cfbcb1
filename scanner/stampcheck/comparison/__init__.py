"""Two saved scans compared: what changed between them, finding by finding, and why."""

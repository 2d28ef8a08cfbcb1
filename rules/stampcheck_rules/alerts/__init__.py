"""What the stamp itself raises about its registration."""

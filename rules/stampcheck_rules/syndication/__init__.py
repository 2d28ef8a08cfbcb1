"""Whether marketplace syndication fits the connection."""

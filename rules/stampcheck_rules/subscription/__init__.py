"""Whether the subscription may hold a registration."""

"""Whether billing and usage reporting fit together."""

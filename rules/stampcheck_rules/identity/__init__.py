"""Whether a registration is one stamp's alone."""

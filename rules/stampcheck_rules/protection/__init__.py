"""Whether the registration is protected."""

"""Whether the registration is still in its directory."""

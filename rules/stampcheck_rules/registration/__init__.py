"""Whether a stamp is registered, and for how long."""

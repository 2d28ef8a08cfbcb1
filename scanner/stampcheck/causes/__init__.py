"""The catalogue of causes and runbooks, which rules and ``diagnose`` share."""

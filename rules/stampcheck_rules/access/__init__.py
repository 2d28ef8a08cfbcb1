"""Whether the operator's machine and account can register."""

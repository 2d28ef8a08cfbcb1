"""Whether the operator can register: language mode, permissions, tools."""

"""The rules that stampcheck brings: one module a rule, by area."""

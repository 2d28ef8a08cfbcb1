"""Escaping of one CSV cell, under the name by which report formats know it."""

from stampcheck.cell import INVISIBLE, TRIGGERS, escaped, line, plain

__all__ = ("INVISIBLE", "TRIGGERS", "escaped", "line", "plain")

"""Limits of a spec, which only a mistake or an attack exceeds."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50
MAX_ENTRIES = 200
"""Of one mapping or list."""

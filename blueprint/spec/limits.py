"""How large a spec can be: more is a mistake, or an attack."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50
MAX_ENTRIES = 200
"""In one table or list."""

"""SQL as text: its tokens, its statements, the digest of a migration, and what a table's definition holds."""

"""SQL as text: tokens, statements, digests of migrations, and table definitions."""

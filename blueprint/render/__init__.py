"""A plan to a tree, in memory: the only place with Jinja."""

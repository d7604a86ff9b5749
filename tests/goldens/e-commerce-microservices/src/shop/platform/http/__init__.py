"""The HTTP app: routing, errors, pagination, headers and shutdown."""

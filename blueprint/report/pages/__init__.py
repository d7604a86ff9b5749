"""Pages for developers of a running system: an overview, and Swagger UI of all services together."""

"""Code shared by all services: HTTP, database, workflows, messaging, calls and monitoring."""

"""Events: their versions and their delivery to subscribers."""

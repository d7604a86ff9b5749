"""Calls to other services and to external systems."""

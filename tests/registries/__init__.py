"""The shop on a registry that is not the one that comes along."""

"""Starts, watches and stops the processes of a generated project."""

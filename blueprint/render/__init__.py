"""Render a plan to a tree in memory. The only package that uses Jinja."""

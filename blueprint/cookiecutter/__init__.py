"""Cookiecutter templates, rendered by cookiecutter within a sandbox."""

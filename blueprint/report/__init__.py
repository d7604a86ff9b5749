"""Turns values into text."""

"""Calls to other services and to the outside, which may be slow or gone."""

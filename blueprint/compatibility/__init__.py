"""Check the events of a spec for compatibility with an earlier one: pure functions of two specs."""

from blueprint.compatibility.verdicts import incompatibilities

__all__ = ["incompatibilities"]

"""Whether the events of a spec fit those who know them from an earlier one: pure functions of two specs."""

from blueprint.compatibility.verdicts import incompatibilities

__all__ = ["incompatibilities"]

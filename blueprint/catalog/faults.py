"""What is wrong with a pack."""

from __future__ import annotations

from blueprint.errors import BlueprintError


class PackError(BlueprintError):
    """A pack is not as it should be: the fault of whoever wrote the pack, never of the spec."""

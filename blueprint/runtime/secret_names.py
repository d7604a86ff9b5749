"""What is secret in a project, by its spec and its file of secrets."""

from __future__ import annotations

import os
from pathlib import Path

from blueprint.errors import SpecError
from blueprint.runtime.description import Description
from blueprint.runtime.redaction import Redaction
from blueprint.runtime.stored import given_variables
from blueprint.spec.load import load_spec

_SPEC = "blueprint.yaml"


def redaction_of(project: Path, description: Description) -> Redaction:
    """Hides what has the name of a secret setting, or holds a secret of this project."""
    return Redaction(_secret_settings(project), given_variables(project, description, os.environ))


def _secret_settings(project: Path) -> frozenset[str]:
    """The names of settings that are secret; none where the spec cannot be read."""
    try:
        spec = load_spec((project / _SPEC).read_text(encoding="utf-8-sig"), _SPEC)
    except (SpecError, OSError, UnicodeDecodeError):
        return frozenset()
    settings = (setting for service in spec.services for setting in service.settings)
    return frozenset(setting.name.snake for setting in settings if setting.kind == "secret")

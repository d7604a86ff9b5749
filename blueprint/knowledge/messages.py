"""What the codes of errors and the exit codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprint.knowledge.decode import decode

_FILE = Path(__file__).resolve().parent / "errors.yaml"


@dataclass(frozen=True, slots=True)
class ExitCode:
    """How a command ended."""

    id: str
    title: str
    means: str


@dataclass(frozen=True, slots=True)
class Messages:
    """Exit codes by their number as text, and what each error means by its code."""

    exit_codes: Mapping[str, ExitCode]
    errors: Mapping[str, str]


def load_messages() -> Messages:
    """All of them."""
    messages, _ = decode(Messages, _FILE.read_bytes(), _FILE.name)
    return messages

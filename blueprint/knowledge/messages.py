"""What the codes of errors and the exit codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from blueprint.knowledge.decode import decode

_FILE = Path(__file__).resolve().parent / "errors.yaml"


class ExitCode(Struct, frozen=True):
    """How a command ended."""

    id: str
    title: str
    means: str


class Messages(Struct, frozen=True):
    """Exit codes by their number as text, and what each error means by its code."""

    exit_codes: Mapping[str, ExitCode]
    errors: Mapping[str, str]


def load_messages() -> Messages:
    """All of them."""
    messages, _ = decode(Messages, _FILE.read_bytes(), _FILE.name)
    return messages

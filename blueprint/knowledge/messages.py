"""The meanings of error codes and exit codes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from blueprint.knowledge.decode import decode

_FILE = Path(__file__).resolve().parent / "errors.yaml"


class ExitCode(Struct, frozen=True):
    """An exit code and its meaning."""

    id: str
    title: str
    means: str


class Messages(Struct, frozen=True):
    """Exit codes by their number as text, and meanings of errors by code."""

    exit_codes: Mapping[str, ExitCode]
    errors: Mapping[str, str]


def load_messages() -> Messages:
    """All of them."""
    messages, _ = decode(Messages, _FILE.read_bytes(), _FILE.name)
    return messages

"""The request for a template, its result, and its limits."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from blueprint.errors import Problem, SpecError
from blueprint.tree import RelPath, Tree

LARGEST = 200 * 1024 * 1024
"""Bytes, of a template and of its output."""
MOST = 20_000
"""Files and folders; each takes at least one disk block."""
TOO_LARGE = f"generates more than {LARGEST >> 20} MiB, or {MOST:,} files"
TOO_MUCH_MEMORY = "exceeds the memory limit"


class TemplateFault(SpecError):
    """The template cannot be rendered."""


def beyond_limit(what: str, path: str) -> Problem:
    """The problem of the template at this path, which exceeds a limit."""
    hint = "report it to its author; if you trust it, --trust removes the limit"
    return Problem("template-limit", f"the template {what}", hint, path)


class TemplateRequest(Struct, frozen=True):
    """The request for a template.

    `name` answers the question for the project's name, if any; `answers` are by question. `trust` allows the
    template to run its own code, `ask` to ask questions in the terminal. Without `run_hooks` it is only
    rendered.
    """

    template: str
    name: str | None = None
    checkout: str | None = None
    directory: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    trust: bool = False
    ask: bool = False
    run_hooks: bool = True


class Rendered(Struct, frozen=True):
    """A project in memory, the name of its folder, and the skipped hooks of the template.

    `empty` are its empty folders.
    """

    name: str
    tree: Tree
    answers: Mapping[str, object]
    skipped: tuple[str, ...] = ()
    empty: tuple[RelPath, ...] = ()

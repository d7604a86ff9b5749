"""What is asked of a template, what comes of it, and how much it may take."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from blueprint.errors import Problem, SpecError
from blueprint.tree import RelPath, Tree

LARGEST = 200 * 1024 * 1024
"""Bytes, of a template and of what it becomes."""
MOST = 20_000
"""Files and folders; one of each costs the disk a block, however small it is."""
TOO_LARGE = f"becomes more than {LARGEST >> 20} MiB, or {MOST:,} files"
TOO_MUCH_MEMORY = "takes more memory than a template may"


class TemplateFault(SpecError):
    """The template cannot be rendered as it is."""


def beyond_limit(what: str, path: str) -> Problem:
    """What is wrong with the template at this path, which takes more than it may."""
    hint = "tell whoever wrote it; if you trust it, --trust takes the limit away"
    return Problem("template-limit", f"the template {what}", hint, path)


class TemplateRequest(Struct, frozen=True):
    """What was asked for.

    `name` answers the question for the name, where there is one; `answers` are by question. `trust` lets the
    template run code of its own, `ask` lets it ask somebody at the terminal, `run_hooks` is False where
    nothing may happen but rendering.
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
    """A project in memory, the name of its folder, and the programs of the template that were not run.

    `empty` are its folders in which nothing is.
    """

    name: str
    tree: Tree
    answers: Mapping[str, object]
    skipped: tuple[str, ...] = ()
    empty: tuple[RelPath, ...] = ()

"""Detect changes that disconnect a system from its stored data."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import Problem, SpecError
from blueprint.runtime.description import FILE, Description, decode_description
from blueprint.runtime.stored import BROKER, files_of, given_variables, moved_by, stored_data
from blueprint.tree import RelPath, Tree
from blueprint.workspace.changes import Step
from blueprint.workspace.lock import SPEC
from blueprint.workspace.project import Project

if TYPE_CHECKING:
    from blueprint.spec.model import Spec

RUN_FILE = RelPath(FILE)
_EVERY_PROJECT_HAS = "sqlite:"


class Left(Struct, frozen=True):
    """What a change leaves behind: the key that makes it so, what it becomes, and where the data stays.

    `locations` is all stored data, `unread` the data that the system no longer uses, `read_on` the databases
    that it still reads.
    """

    root: Path
    key: str
    becomes: str
    locations: tuple[str, ...]
    unread: tuple[str, ...]
    read_on: tuple[str, ...]

    @property
    def problem(self) -> Problem:
        """The reason for refusing the change, and how to force it."""
        hint = (
            "revert blueprint.yaml to keep using the data, or start without it: blueprint sync --start-empty"
        )
        message = f"`{self.key}` becomes {self.becomes}: {self.consequence}"
        return Problem("starts-empty", message, hint, str(self.root / SPEC))

    @property
    def consequence(self) -> str:
        """What happens to the stored data, as text."""
        if self.key == "broker":
            return (
                f"events waiting in the old broker are not migrated, they stay in {', '.join(self.locations)}"
            )
        if self.read_on:
            rows = ", ".join(self.read_on)
            return f"running workflows and pending events are not migrated, only the rows in {rows}"
        return f"stored data is not migrated, it stays in {', '.join(self.locations)}"


def left_by_sync(project: Project, spec: Spec, tree: Tree) -> Left | None:
    """Data that would be left behind if the project became this tree, generated from this spec."""
    if RUN_FILE not in tree:
        return None
    new = decode_description(tree[RUN_FILE].content.decode())
    for old in _before(project):
        variables = given_variables(project.root, old, os.environ)
        key = moved_by(old, new, variables) or _another_broker(project, spec, variables)
        if key and (left := _left(project.root, (old, new), key, _value(spec, key))):
            return left
    return None


def left_by_steps(root: Path, steps: tuple[Step, ...]) -> Left | None:
    """Data that these steps leave behind."""
    step = next((each for each in steps if each.path == RUN_FILE), None)
    if step is None or step.before is None or step.after is None:
        return None
    try:
        old, new = (decode_description(file.content.decode()) for file in (step.before, step.after))
    except (SpecError, UnicodeDecodeError):
        return None
    key = moved_by(old, new, given_variables(root, old, os.environ))
    becomes = {"pattern": new.pattern, "name": new.name}.get(key or "", "what it was")
    return _left(root, (old, new), key, becomes) if key else None


def _left(root: Path, between: tuple[Description, Description], key: str, becomes: str) -> Left | None:
    old, new = between
    variables = given_variables(root, old, os.environ)
    stored = stored_data(root, old, variables)
    if not stored.locations:
        return None
    before, after = files_of(old, variables), files_of(new, variables)
    unread = tuple(file for file in stored.files if file in before - after)
    read_on = tuple(file for file in stored.files if file in before & after)
    return Left(root, key, becomes, stored.locations, replace(stored, files=unread).locations, read_on)


def _before(project: Project) -> Iterator[Description]:
    """The previous ways to start the system; after a branch merge there may be two."""
    try:
        yield decode_description((project.root / RUN_FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, SpecError):
        for content in project.saved.renders_of(RUN_FILE):
            try:
                yield decode_description(content.decode())
            except (UnicodeDecodeError, SpecError):
                continue


def _another_broker(project: Project, spec: Spec, variables: Mapping[str, str]) -> str | None:
    """Whether the configured broker is not among the remaining adapters."""
    url = variables.get(BROKER, "")
    if not url or url.startswith(_EVERY_PROJECT_HAS):
        return None
    before = {_broker(each) for each in _specs_before(project)}
    return "broker" if before - {_broker(spec)} else None


def _broker(spec: Spec) -> str:
    from blueprint.catalog.load import load_catalog

    offers = load_catalog().offers("broker", spec.stack)
    return spec.broker or next((pack.id for pack in offers if pack.default), "")


def _specs_before(project: Project) -> Iterator[Spec]:
    from blueprint.spec.load import load_spec

    for entry in project.saved.entries.get(SPEC, ()):
        content = project.saved.render(entry.sha256)
        if content is not None:
            try:
                yield load_spec(content.decode("utf-8", "replace").removeprefix("\ufeff"), SPEC)
            except SpecError:
                continue


def _value(spec: Spec, key: str) -> str:
    return str(getattr(spec, key) or "the default")

"""Restrictions for untrusted templates."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cookiecutter import utils
from cookiecutter.environment import StrictEnvironment
from cookiecutter.generate import is_copy_only_path
from cookiecutter.hooks import _HOOKS
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment

from blueprint.cookiecutter.model import TemplateFault
from blueprint.errors import Problem, UsageError
from blueprint.spec.names import shown

# The values of cookiecutter.json, including Jinja's arguments, are arbitrary JSON.
Context = dict[str, Any]

_HARMLESS = ("jinja2.ext.", "cookiecutter.extensions.")


class _Sandbox(SandboxedEnvironment, StrictEnvironment):
    """Cookiecutter's environment in a sandbox without access to Python internals."""


def hooks_of(folder: Path) -> list[str]:
    """The hooks of the template, as paths inside it."""
    hooks = (folder / "hooks").iterdir() if (folder / "hooks").is_dir() else ()
    return sorted(
        f"hooks/{file.name}" for file in hooks if file.stem in _HOOKS and not file.name.endswith("~")
    )


def extensions_of(settings: Mapping[str, object]) -> list[str]:
    """The Jinja extensions of the template."""
    wanted = settings.get("_extensions")
    names = wanted if isinstance(wanted, list) else []
    return [str(name) for name in names if not str(name).startswith(_HARMLESS)]


def refuse_untrusted(folder: Path, settings: Mapping[str, object], asked: str) -> None:
    """Raise UsageError if the template contains its own code."""
    hooks, extensions = hooks_of(folder), extensions_of(settings)
    if hooks or extensions:
        message = f"the template brings code that would run here: {', '.join((*hooks, *extensions))}"
        hint = "read it first; if you trust it, add --trust"
        raise UsageError(Problem("untrusted-template", message, hint, asked))


def refuse_links(source: Path, asked: str) -> None:
    """Raise TemplateFault if the template has anything except files, folders, and links to its own files.

    Cookiecutter follows links: one that leads out would copy a user's file into the project.
    """
    root = Path(os.path.realpath(source))
    for above, folders, names in os.walk(root, onerror=_raise):
        for name in (*folders, *names):
            path = Path(above, name)
            if not _is_plain(path, root):
                inside = shown(path.relative_to(root).as_posix())
                message = f"the template has {inside}, which leads out of it or is a special file"
                hint = "read it first; if you trust it, add --trust"
                raise TemplateFault(Problem("template-link", message, hint, asked))
        if above == str(root):  # the repository of the template, whose files are not read
            folders[:] = [name for name in folders if name != ".git"]


def _is_plain(path: Path, root: Path) -> bool:
    if not path.is_symlink():
        return path.is_file() or path.is_dir()
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # a dangling or circular link
        return False
    is_own = target.is_relative_to(root) and ".git" not in target.relative_to(root).parts
    return is_own and target.is_file()


def _raise(error: OSError) -> None:
    raise error


def link_inside(link: Path, folder: Path) -> str | None:
    """The target of a link relative to its parent; None if it leads out of the folder."""
    target = Path(os.path.normpath(link.parent / link.readlink()))
    if not (target.is_relative_to(folder) and target.resolve().is_relative_to(folder)):
        return None
    return os.path.relpath(target, link.parent)


@contextmanager
def sandboxed() -> Iterator[None]:
    """Replace the environments that cookiecutter creates with sandboxed ones inside the block."""
    known = vars(utils)
    before = known["StrictEnvironment"]
    known["StrictEnvironment"] = _Sandbox
    try:
        yield
    finally:
        known["StrictEnvironment"] = before


def refuse_escapes(template: Path, context: Context, environment: Environment) -> None:
    """Raise TemplateFault if a rendered name leads out of the project.

    Cookiecutter renders the name of the project's folder a second time, as part of longer paths, so an answer
    in it must not be a template.
    """
    top = environment.from_string(template.name).render(**context)
    marks = (
        environment.variable_start_string,
        environment.block_start_string,
        environment.comment_start_string,
    )
    if "/" in top or top in ("", ".", "..") or any(mark in top for mark in marks):
        raise TemplateFault(_escape(top))
    for path in _rendered_paths(template, context, environment):
        if _leads_out(path):
            raise TemplateFault(_escape(path))


def _rendered_paths(template: Path, context: Context, environment: Environment) -> Iterator[str]:
    for path in sorted(template.rglob("*")):
        inside = path.relative_to(template)
        # Names in a folder that is copied without rendering stay unchanged.
        if not any(is_copy_only_path(str(folder), context) for folder in inside.parents if folder.name):
            yield environment.from_string(str(inside)).render(**context)


def _leads_out(path: str) -> bool:
    depth = 0
    for part in path.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return path.startswith("/")


def _escape(path: str) -> Problem:
    message = f"invalid name of a file or folder: {shown(path)}"
    return Problem(
        "template-escape", message, "answer its questions with plain names: --answer QUESTION=ANSWER"
    )

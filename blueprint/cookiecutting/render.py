"""A template to a Tree: all of it happens in a folder that goes away again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path

from cookiecutter.find import find_template
from cookiecutter.generate import generate_files
from cookiecutter.hooks import run_pre_prompt_hook
from cookiecutter.utils import create_env_with_context
from msgspec import Struct, field

from blueprint.cookiecutting.answers import NAME, answered, chosen_template, read_settings
from blueprint.cookiecutting.containment import (
    Context,
    hooks_of,
    refuse_escapes,
    refuse_untrusted,
    sandboxed,
)
from blueprint.cookiecutting.faults import TemplateFault, template_faults
from blueprint.cookiecutting.sources import Source, needs_network, open_source
from blueprint.cookiecutting.surroundings import modules_of, speaking_on_stderr, temporary_files_in
from blueprint.errors import Problem, UsageError
from blueprint.scratch import scratch_folder
from blueprint.tree import FileBlob, RelPath, Tree

PROVENANCE = RelPath(".blueprint/template.json")
_SECRET = re.compile(r"secret|passw|token|key", re.IGNORECASE)


class TemplateWish(Struct, frozen=True):
    """What was asked for.

    `name` answers the question for the name, where there is one; `answers` are by question. `trust` lets the
    template run code of its own, `ask` lets it ask somebody at the terminal, `run_hooks` is False where
    nothing may happen but rendering.
    """

    template: str
    name: str | None = None
    checkout: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    trust: bool = False
    ask: bool = False
    run_hooks: bool = True


class Rendered(Struct, frozen=True):
    """A project in memory, the name of its folder, and the programs of the template that were not run."""

    name: str
    tree: Tree
    answers: Mapping[str, object]
    skipped: tuple[str, ...] = ()


def render_template(wish: TemplateWish) -> Rendered:
    """Render a template of cookiecutter's.

    Raises UsageError for a template that is not there, is not trusted or is asked for wrongly, TemplateFault
    where it cannot be rendered, MachineError where it cannot be fetched.
    """
    if needs_network(wish.template) and not wish.trust:
        message = "a template from the network can run code here"
        raise UsageError(
            Problem("untrusted-template", message, "if you trust it, add --trust", wish.template)
        )
    # Cookiecutter would keep what it fetches and every answer in the home of the user.
    with scratch_folder() as scratch:
        source = open_source(wish.template, wish.checkout, scratch)
        guard = nullcontext() if wish.trust else sandboxed()
        with template_faults(wish.template), guard, temporary_files_in(str(scratch)), speaking_on_stderr():
            return _rendered(wish, source, scratch)


def _rendered(wish: TemplateWish, source: Source, scratch: Path) -> Rendered:
    folder = chosen_template(source.folder, ask=wish.ask)
    settings = read_settings(folder)
    if not wish.trust:
        refuse_untrusted(folder, settings, wish.template)
    named = {NAME: wish.name} if wish.name is not None and NAME in settings else {}
    runs = wish.trust and wish.run_hooks
    if runs:
        folder = Path(run_pre_prompt_hook(folder))
    with modules_of(folder) if wish.trust else nullcontext():
        context = answered(folder, {**named, **wish.answers}, ask=wish.ask)
        made = _generated(wish, folder, context, scratch / "project")
    answers = _told(context)
    files = dict(_files(made)) | {PROVENANCE: _provenance(wish, source, answers)}
    return Rendered(made.name, Tree(files), answers, () if runs else tuple(hooks_of(folder)))


def _generated(wish: TemplateWish, folder: Path, context: Context, output: Path) -> Path:
    """The folder that the template becomes, inside of the output folder."""
    output.mkdir()
    context["cookiecutter"] |= {
        "_template": wish.template,
        "_output_dir": str(output),
        "_repo_dir": str(folder),
        "_checkout": wish.checkout,
    }
    environment = create_env_with_context(context)
    refuse_escapes(find_template(folder, environment), context, environment)
    runs = wish.trust and wish.run_hooks
    # What a failed one has made goes with all else; cookiecutter's own way to remove it is deprecated.
    return Path(generate_files(folder, context, str(output), accept_hooks=runs, keep_project_on_failure=True))


def _files(folder: Path) -> Iterator[tuple[RelPath, FileBlob]]:
    """All that was rendered is the user's. A repository that a hook began is left out: there will be one."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for path in (Path(root, name) for name in (*names, *folders)):
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                problem = Problem(
                    "no-plain-file", "the template makes something that is no plain file", path=inside
                )
                raise TemplateFault(problem)
            if path.is_file():
                yield RelPath(inside), FileBlob(path.read_bytes(), os.access(path, os.X_OK), seeded=True)


def _told(context: Context) -> dict[str, object]:
    """The answers that can be shown to anybody."""
    answers = context["cookiecutter"].items()
    return {key: value for key, value in answers if not key.startswith("_") and not _SECRET.search(key)}


def _provenance(wish: TemplateWish, source: Source, answers: Mapping[str, object]) -> FileBlob:
    known = {
        "template": wish.template,
        "checkout": wish.checkout,
        "commit": source.commit,
        "cookiecutter": version("cookiecutter"),
        "answers": answers,
    }
    return FileBlob((json.dumps(known, indent=2, ensure_ascii=False) + "\n").encode(), seeded=True)

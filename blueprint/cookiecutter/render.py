"""Render a template to a Tree, in a temporary folder."""

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

from blueprint.cookiecutter.answers import NAME, TEMPLATE, answered, chosen_template, read_settings
from blueprint.cookiecutter.containment import (
    Context,
    hooks_of,
    link_inside,
    refuse_escapes,
    refuse_links,
    refuse_untrusted,
    sandboxed,
)
from blueprint.cookiecutter.faults import template_faults
from blueprint.cookiecutter.isolation import modules_of, speaking_on_stderr, temporary_files_in
from blueprint.cookiecutter.model import Rendered, TemplateFault, TemplateRequest
from blueprint.cookiecutter.sources import Source, needs_network, open_source
from blueprint.disk.folder import make_folders
from blueprint.errors import Problem, UsageError
from blueprint.scratch import scratch_folder
from blueprint.tree import FileBlob, RelPath, Tree

PROVENANCE = RelPath(".blueprint/template.json")
_SECRET = re.compile(r"secret|passw|token|key", re.IGNORECASE)


def render_template(request: TemplateRequest) -> Rendered:
    """Render a cookiecutter template.

    Raises UsageError for a template that is not there, is not trusted or is asked for wrongly, TemplateFault
    where it cannot be rendered, MachineError where it cannot be fetched.
    """
    if needs_network(request.template) and not request.trust:
        message = "a template from the network can run code here"
        raise UsageError(
            Problem("untrusted-template", message, "if you trust it, add --trust", request.template)
        )
    # By default, cookiecutter stores fetched templates and all answers in the user's home.
    with scratch_folder() as scratch, speaking_on_stderr():
        source = open_source(request.template, request.checkout, request.directory, scratch, ask=request.ask)
        guard = nullcontext() if request.trust else sandboxed()
        with template_faults(request.template), guard, temporary_files_in(str(scratch)):
            return _rendered(request, source, scratch)


def _rendered(request: TemplateRequest, source: Source, scratch: Path) -> Rendered:
    if not request.trust:
        refuse_links(source.folder, request.template)
    folder, chosen = chosen_template(source.folder, request.answers.get(TEMPLATE), ask=request.ask)
    settings = read_settings(folder)
    if not request.trust:
        refuse_untrusted(folder, settings, request.template)
    named = {NAME: request.name} if request.name is not None and NAME in settings else {}
    runs = request.trust and request.run_hooks
    if runs:
        folder = Path(run_pre_prompt_hook(folder))
    with modules_of(folder) if request.trust else nullcontext():
        given = {key: value for key, value in request.answers.items() if key not in chosen}
        context = answered(folder, {**named, **given}, ask=request.ask)
        made = _generated(request, folder, context, scratch / "project")
    answers = {**chosen, **_public_answers(context)}
    files = dict(_files(made.resolve())) | {PROVENANCE: _provenance(request, source, answers)}
    skipped = () if runs else tuple(hooks_of(folder))
    return Rendered(made.name, Tree(files), answers, skipped, tuple(_empty(made.resolve())))


def _generated(request: TemplateRequest, folder: Path, context: Context, output: Path) -> Path:
    """The generated folder inside the output folder."""
    make_folders(output)
    context["cookiecutter"] |= {
        "_template": request.template,
        "_output_dir": str(output),
        "_repo_dir": str(folder),
        "_checkout": request.checkout,
    }
    environment = create_env_with_context(context)
    refuse_escapes(find_template(folder, environment), context, environment)
    runs = request.trust and request.run_hooks
    # The scratch folder is deleted anyway; cookiecutter's own cleanup is deprecated.
    return Path(generate_files(folder, context, str(output), accept_hooks=runs, keep_project_on_failure=True))


def _files(folder: Path) -> Iterator[tuple[RelPath, FileBlob]]:
    """All rendered files, which the user owns; the folder itself is free of links.

    Excludes a repository created by a hook, because the project gets its own.
    """
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for path in (Path(root, name) for name in (*names, *folders)):
            inside = RelPath(path.relative_to(folder).as_posix())
            if path.is_symlink():
                target = link_inside(path, folder)
                if target is None:
                    raise TemplateFault(
                        _no_plain_file("creates a link that leads out of the project", inside)
                    )
                yield inside, FileBlob(os.fsencode(target), seeded=True, is_link=True)
            elif path.is_file():
                yield inside, FileBlob(path.read_bytes(), os.access(path, os.X_OK), seeded=True)
            elif not path.is_dir():
                raise TemplateFault(_no_plain_file("creates a special file", inside))


def _empty(folder: Path) -> Iterator[RelPath]:
    """The empty folders."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        if Path(root) != folder and not folders and not names:
            yield RelPath(Path(root).relative_to(folder).as_posix())


def _no_plain_file(what: str, path: str) -> Problem:
    return Problem("no-plain-file", f"the template {what}", "report it to the template's author", path)


def _public_answers(context: Context) -> dict[str, object]:
    """The answers except secrets."""
    answers = context["cookiecutter"].items()
    return {key: value for key, value in answers if not key.startswith("_") and not _SECRET.search(key)}


def _provenance(request: TemplateRequest, source: Source, answers: Mapping[str, object]) -> FileBlob:
    known = {
        "template": request.template,
        "checkout": request.checkout,
        "directory": request.directory,
        "commit": source.commit,
        "cookiecutter": version("cookiecutter"),
        "answers": answers,
    }
    return FileBlob((json.dumps(known, indent=2, ensure_ascii=False) + "\n").encode(), seeded=True)

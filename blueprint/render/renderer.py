"""Plan to Tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from jinja2 import TemplateError, TemplateSyntaxError

from blueprint.cache import Cache, cache_folder
from blueprint.catalog.faults import PackError
from blueprint.documents.text import to_json
from blueprint.errors import Problem
from blueprint.memory import limited_memory
from blueprint.plan.api import joined_document
from blueprint.plan.model import Api, Copy, Lock, Merge, Plan, PlannedFile, Template, Text
from blueprint.render.context import context_about, context_of
from blueprint.render.data import merged_data
from blueprint.render.environment import Templates
from blueprint.render.locks import merged_lock
from blueprint.render.own_names import apart, unmarked
from blueprint.render.python_code import NotPython, formatting
from blueprint.render.serialise import serialised
from blueprint.tree import FileBlob, RelPath, Tree

_CODE = ".py.j2"


def render(plan: Plan) -> Tree:
    """Every file of the plan, in memory.

    Raises PackError for a pack that cannot be rendered, MachineError where ruff does not run.
    """
    templates = Templates(plan, context_of(plan))
    data = Cache(cache_folder(), "data", "")

    def contents(files: Iterable[PlannedFile]) -> dict[RelPath, bytes]:
        with limited_memory():
            found = {file.path: _content(file, templates, data) for file in files}
        return {path: content for path, content in found.items() if content is not None}

    code = contents(file for file in plan.files if _is_code(file))
    with _formatting(plan, code) as formatted:
        written = contents(file for file in plan.files if not _is_code(file)) | formatted()
    templates.save()
    data.save()
    return Tree(
        {
            file.path: FileBlob(written[file.path], file.executable, file.seeded)
            for file in plan.files
            if file.path in written
        }
    )


def _is_code(file: PlannedFile) -> bool:
    return file.path.endswith(".py")


def _content(file: PlannedFile, templates: Templates, data: Cache) -> bytes | None:
    """The bytes of the file; None for one that is not written, since nothing is in it."""
    source = file.source
    if isinstance(source, Text):
        return source.text.encode()
    if isinstance(source, Copy):
        return source.origin.file.location.read_bytes()
    if isinstance(source, Merge):
        return serialised(merged_data(source.contributions, data), file.path).encode()
    if isinstance(source, Api):
        return to_json(joined_document(source)).encode()
    if isinstance(source, Lock):
        return merged_lock(source.origins).encode()
    return _rendered(source, templates)


def _rendered(source: Template, templates: Templates) -> bytes | None:
    text = _text(source, templates)
    text = apart(text) if source.origin.file.path.endswith(_CODE) else unmarked(text)
    is_written = text.strip() or not source.origin.file.location.stat().st_size
    return text.encode() if is_written else None


def _text(source: Template, templates: Templates) -> str:
    try:
        return templates.render(source.origin.label, context_about(source.subject))
    except TemplateError as error:
        name, line = _place_of(error, templates)
        path = str(templates.origins[name].file.location) if name else source.origin.label
        raise PackError(Problem("bad-pack", error.message or str(error), path=path, line=line)) from error
    except (MemoryError, OverflowError, RecursionError) as error:
        name, line = _place_of(error, templates)
        path = str(templates.origins[name].file.location) if name else source.origin.label
        message = f"the template takes more than a template may: {type(error).__name__}"
        raise PackError(Problem("bad-pack", message, path=path, line=line)) from error
    except Exception as error:
        # Templates call functions: what those raise is a bug, and whoever looks for it needs the template.
        error.add_note(f"in the template {source.origin.label}")
        raise


def _place_of(error: Exception, templates: Templates) -> tuple[str | None, int | None]:
    """The template that the error comes from, and its line."""
    import traceback

    if isinstance(error, TemplateSyntaxError):
        return error.name, error.lineno
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next(
        ((frame.filename, frame.lineno) for frame in frames if frame.filename in templates.origins),
        (None, None),
    )


@contextmanager
def _formatting(plan: Plan, code: Mapping[RelPath, bytes]) -> Iterator[Callable[[], dict[RelPath, bytes]]]:
    try:
        with formatting(code, plan.spec.name.package) as formatted:
            yield formatted
    except NotPython as error:
        source = next(file.source for file in plan.files if file.path == error.path)
        origin = source.origin.label if isinstance(source, Template | Copy) else "no template"
        message = f"what {origin} gives is not Python: {error.message}"
        raise PackError(Problem("bad-pack", message, path=error.path, line=error.line)) from error

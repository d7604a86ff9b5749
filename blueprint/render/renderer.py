"""Render a Plan to a Tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

from jinja2 import TemplateError, TemplateSyntaxError

from blueprint.cache import Cache, cache_folder
from blueprint.catalog.faults import PackError
from blueprint.documents.text import to_json
from blueprint.errors import Problem
from blueprint.memory import limited_memory
from blueprint.plan.api import joined_document
from blueprint.plan.model import Api, Copy, Lock, Merge, Plan, PlannedFile, Template, Text
from blueprint.processor import TookTooLong, limited_time
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

    Raises PackError for a pack that cannot be rendered, MachineError if ruff does not run.
    """
    templates = Templates(plan, context_of(plan))
    is_from_outside = any(pack.source for pack in plan.packs)
    data = Cache(cache_folder(), "data", "")

    def contents(files: Iterable[PlannedFile]) -> dict[RelPath, bytes]:
        with limited_memory(), limited_time() if is_from_outside else nullcontext():
            contents = {file.path: _content(file, templates, data) for file in files}
        return {path: content for path, content in contents.items() if content is not None}

    code = contents(file for file in plan.files if _is_code(file))
    if header := _guarded(templates.header, templates, "headers").encode():
        code = {path: _headed(content, header) for path, content in code.items()}
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
    """The bytes of the file; None if it is empty and not written."""
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


def _headed(content: bytes, header: bytes) -> bytes:
    """With the header, below the line that names an interpreter; what is empty stays so."""
    if not content.strip():
        return content
    first, rest = content.split(b"\n", 1) if content.startswith(b"#!") else (b"", content)
    return (first + b"\n" if first else b"") + header + rest


def _text(source: Template, templates: Templates) -> str:
    label = source.origin.label
    return _guarded(lambda: templates.render(label, context_about(source.subject)), templates, label)


def _guarded(rendered: Callable[[], str], templates: Templates, label: str) -> str:
    """What is rendered. Raises PackError for a fault of a template, with its place."""
    try:
        return rendered()
    except TemplateError as error:
        raise _fault(error, error.message or str(error), templates, label) from error
    except (MemoryError, OverflowError, RecursionError, TookTooLong) as error:
        message = f"the template exceeds its limits: {type(error).__name__}"
        raise _fault(error, message, templates, label) from error
    except Exception as error:
        # Exceptions from functions called in a template are bugs; add the template to the traceback.
        if _is_from_outside(error, templates):
            raise _fault(error, f"{type(error).__name__}: {error}", templates, label) from error
        error.add_note(f"in the template {label}")
        raise


def _fault(error: Exception, message: str, templates: Templates, label: str) -> PackError:
    name, line = _location_of(error, templates)
    path = str(templates.origins[name].file.location) if name else label
    return PackError(Problem("bad-pack", message, path=path, line=line))


def _is_from_outside(error: Exception, templates: Templates) -> bool:
    name, _ = _location_of(error, templates)
    return name is not None and templates.origins[name].pack.source is not None


def _location_of(error: Exception, templates: Templates) -> tuple[str | None, int | None]:
    """The template and line of the error."""
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
        message = f"what {origin} renders is not valid Python: {error.message}"
        raise PackError(Problem("bad-pack", message, path=error.path, line=error.line)) from error

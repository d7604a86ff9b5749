"""Edits the text of `blueprint.yaml` and preserves all other lines.

YAML libraries change indentation, line ends and spaces in braces when they write a file. So edits are made in
the text, at positions of the parser. `check_edit` verifies the result. All input texts have passed
`load_spec`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blueprint.errors import Problem, SpecError
from blueprint.spec.layout import Layout, Part, layout_of
from blueprint.spec.load import load_spec
from blueprint.spec.location import Keys
from blueprint.spec.model import ActionRef, Service, Spec
from blueprint.spec.writing import service_in_line, service_lines


def with_service(text: str, service: Service) -> str:
    """Return the text with a service added after the others, in their style."""
    layout = layout_of(text)
    services = layout.parts["services",]
    last = layout.parts["services", services.keys[-1]]
    if services.flow:
        return _insert(text, last.end, f", {service_in_line(service)}")
    unit = layout.column(last.start)
    lines = [" " * unit + line for line in service_lines(service, unit)]
    gap = [""] if len(services.keys) == 1 or layout.is_spaced(("services",)) else []
    return _insert_lines(layout, last, [*gap, *lines])


def with_resource(text: str, service: str, fields: Mapping[str, str]) -> str:
    """Return the text with the fields of a resource replaced by these: name to type."""
    part = layout_of(text).parts["services", service, "resource"]
    written = ", ".join(f"{name}: {kind}" for name, kind in fields.items())
    return f"{text[: part.start]}resource: {{{written}}}{text[part.end :]}"


def with_singular(text: str, service: str, singular: str) -> str:
    """Return the text with `singular` as the first key of the service."""
    layout = layout_of(text)
    body = layout.parts["services", service]
    first = layout.parts["services", service, body.keys[0]]
    line = f"singular: {singular}"
    if body.flow:
        return _insert(text, first.start, f"{line}, ")
    indentation = " " * layout.column(first.start)
    return _insert(text, layout.line_end(body.start), f"{layout.line_break}{indentation}{line}")


def with_step(text: str, workflow: str, index: int, step: ActionRef) -> str:
    """Return the text with a step inserted into a workflow at `index`, from 0."""
    layout = layout_of(text)
    keys: Keys = ("workflows", workflow, "steps")
    flow = layout.parts[keys].flow
    first, before = layout.parts[*keys, 0], layout.parts[*keys, max(index - 1, 0)]
    indentation = " " * layout.column(first.start)
    if index == 0:
        more = f"{step}, " if flow else f"- {step}{layout.line_break}{indentation}"
        return _insert(text, first.start, more)
    if flow:
        return _insert(text, before.end, f", {step}")
    return _insert_lines(layout, before, [f"{indentation}- {step}"])


def without_service(text: str, spec: Spec, name: str) -> str:
    """Return the text without a service and its steps.

    Raises SpecError with the locations of all parts that need the service.
    """
    if problems := tuple(_needed_by(spec, name)):
        raise SpecError(problems)
    steps: list[Keys] = [
        ("workflows", workflow.name, "steps", index)
        for workflow in spec.workflows
        for index, step in reversed(list(enumerate(workflow.steps)))
        if step.service == name
    ]
    for keys in (*steps, ("services", name)):
        text = _without(layout_of(text), keys)
    return text


def check_edit(before: str, after: str, path: str) -> Spec:
    """Return the spec of an edited text. SpecError has locations in the previous text."""
    try:
        return load_spec(after, path)
    except SpecError as error:
        raise SpecError(_as_seen(before, after, error.problems)) from error


def _insert(text: str, position: int, more: str) -> str:
    return text[:position] + more + text[position:]


def _insert_lines(layout: Layout, part: Part, lines: Iterable[str]) -> str:
    """Insert lines after the part. If the last line of the text has no line end, the new one has none."""
    end = layout.end_with_comments(part)
    return _insert(layout.text, end, "".join(layout.line_break + line for line in lines))


def _without(layout: Layout, keys: Keys) -> str:
    """Return the text without an entry, including its comma or its lines."""
    around, part = layout.parts[keys[:-1]], layout.parts[keys]
    location = around.keys.index(keys[-1])
    neighbour = layout.parts[*keys[:-1], around.keys[location - 1 if location else 1]]
    if around.flow:
        start, end = (neighbour.end, part.end) if location else (part.start, neighbour.start)
    else:
        start, end = (
            _lines_before(layout, neighbour, part) if location else _lines_after(layout, part, neighbour)
        )
    return layout.text[:start] + layout.text[end:]


def _lines_before(layout: Layout, before: Part, part: Part) -> tuple[int, int]:
    """The range of the part's lines and the blank lines above, without comments above."""
    start = layout.end_with_comments(before)
    if not layout.is_blank(start, part.start):
        start = layout.previous_end(part.start)
    return start, layout.end_with_comments(part)


def _lines_after(layout: Layout, part: Part, after: Part) -> tuple[int, int]:
    """The range of the part's lines and the blank lines below, without comments below."""
    end = layout.next_line(layout.end_with_comments(part))
    if layout.is_blank(end, after.start):
        end = layout.line_start(after.start)
    return layout.line_start(part.start), end


def _needed_by(spec: Spec, name: str) -> Iterable[Problem]:
    """Yield problems for parts that need the service."""
    hint = f'change that first, then remove "{name}"'
    for workflow in spec.workflows:
        keys: Keys = ("workflows", workflow.name)
        if workflow.starts == name:
            message = f'the workflow "{workflow.name}" starts with "{name}"'
            yield spec.marks.location(*keys, "starts").problem("still-needed", message, hint)
        elif all(step.service == name for step in workflow.steps):
            message = f'the workflow "{workflow.name}" would have no step without "{name}"'
            yield spec.marks.location(*keys, "steps").problem("still-needed", message, hint)
    events = {each.event for each in spec.service(name).publishes}
    for other in spec.services:
        for reaction in other.reactions:
            if reaction.event in events and other.name != name:
                message = f'"{other.name}" reacts to "{reaction.event}", which "{name}" publishes'
                location = spec.marks.key_location("services", other.name, "reacts_to", reaction.event)
                yield location.problem("still-needed", message, hint)


def _as_seen(before: str, after: str, problems: Iterable[Problem]) -> Iterable[Problem]:
    from difflib import SequenceMatcher

    old, new = before.splitlines(), after.splitlines()
    lines = {
        block.b + offset + 1: block.a + offset + 1
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for offset in range(block.size)
    }
    for problem in problems:
        line = lines.get(problem.line or 0)
        yield Problem(
            problem.code, problem.message, problem.hint, problem.path, line, problem.column if line else None
        )

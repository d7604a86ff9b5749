"""Checks the shape of a part: mapping, list or text, and its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from blueprint.errors import Problem
from blueprint.spec.findings import Findings, did_you_mean
from blueprint.spec.location import Location
from blueprint.spec.names import Name, fold, shown
from blueprint.spec.nodes import Entry, Items, Node, Table, Text

Naming = Callable[[str, Location], Name | Problem]


def entries_of(node: Node | None, what: str, findings: Findings) -> tuple[Entry, ...]:
    """The entries of a mapping; none if it is blank."""
    if isinstance(node, Table):
        return node.entries
    if node is not None and not (isinstance(node, Text) and node.blank):
        hint = 'write them below it, or in braces: "{key: value}"'
        findings.add(node.location, "wrong-shape", f"{what} takes keys and values, not {_said(node)}", hint)
    return ()


def values_of(node: Node | None, what: str, findings: Findings) -> tuple[Node, ...]:
    """The values of a list; none if it is blank."""
    if isinstance(node, Items):
        return node.values
    if node is not None and not (isinstance(node, Text) and node.blank):
        example = f"[{node.value}]" if isinstance(node, Text) else "[one, two]"
        hint = f"write it in brackets: {shown(example)}"
        findings.add(node.location, "wrong-shape", f"{what} takes a list, not {_said(node)}", hint)
    return ()


def text_of(node: Node, what: str, findings: Findings) -> Text | None:
    """The text of a scalar."""
    if isinstance(node, Text) and not node.blank:
        return node
    is_blank = isinstance(node, Text)
    hint = "write it after the colon" if is_blank else "write it without braces, brackets and lines below"
    findings.add(node.location, "wrong-shape", f"{what} takes text, not {_said(node)}", hint)
    return None


def parts_of(node: Node | None, what: str, known: Iterable[str], findings: Findings) -> Mapping[str, Node]:
    """The values of a mapping with fixed keys. Unknown keys are problems."""
    parts: dict[str, Node] = {}
    allowed = tuple(known)
    for entry in entries_of(node, what, findings):
        if entry.key.value in allowed:
            parts[entry.key.value] = entry.value
        else:
            hint = did_you_mean(entry.key.value, allowed)
            findings.add(entry.key.location, "unknown-key", f"unknown key {shown(entry.key.value)}", hint)
    return parts


def named_of(node: Node | None, what: str, naming: Naming, findings: Findings) -> Iterator[tuple[Name, Node]]:
    """The values of a mapping whose keys are names of the user, which must differ in code."""
    taken: dict[str, str] = {}
    for entry in entries_of(node, what, findings):
        text, location = entry.key.value, entry.key.location
        if (first := taken.setdefault(fold(text), text)) != text:
            message = f"{shown(first)} and {shown(text)} are the same name in code"
            findings.add(location, "same-name", message, "rename one of them")
        elif (name := findings.keep(naming(text, location))) is not None:
            yield name, entry.value


def name_of(node: Node, what: str, naming: Naming, findings: Findings) -> Name | None:
    """The name in a scalar."""
    if (text := text_of(node, what, findings)) is None:
        return None
    return findings.keep(naming(text.value, text.location))


def is_empty(node: Node) -> bool:
    """Whether it is blank or `{}`."""
    return isinstance(node, Table) and not node.entries or isinstance(node, Text) and node.blank


def _said(node: Node) -> str:
    if isinstance(node, Table):
        return "keys and values"
    if isinstance(node, Items):
        return "a list"
    return "nothing" if node.blank else shown(node.value)

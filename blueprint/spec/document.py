"""Parses YAML into a plain tree.

Every scalar is text, so `no`, `3.10` and `1e3` are not converted. Dangerous or surprising features of YAML
are errors: tags, anchors, duplicate keys, deep nesting, huge files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import yaml

from blueprint.errors import MachineError, Problem, SpecError
from blueprint.spec.limits import MAX_BYTES, MAX_DEPTH, MAX_ENTRIES
from blueprint.spec.location import Location
from blueprint.spec.names import shown
from blueprint.spec.nodes import Document, Entry, Items, Node, Table, Text

_CONTROL = yaml.reader.Reader.NON_PRINTABLE
_DEEPEST = "exceeded maximum nesting depth"  # an error of PyYAML since 6.0.4, raised before events are read
_LINE = re.compile(r"\r\n|\r|\n")
_T = TypeVar("_T", Node, Entry)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_document(content: str | bytes, path: str, most: int = MAX_ENTRIES) -> Document:
    """Return the document in the text. Raises SpecError if it cannot be parsed.

    A mapping or list can have at most `most` entries.

    MachineError without the C parser: the one in Python is slow, and cannot read `{total: money?}`.
    """
    if not yaml.__with_libyaml__:
        hint = "install it from a wheel: pip install --force-reinstall --only-binary :all: pyyaml"
        raise MachineError(Problem("no-libyaml", "pyyaml was installed without its C parser", hint))
    text = _decoded(content, path)
    try:
        return _Reader(yaml.parse(text, Loader=yaml.CSafeLoader), path, most).document()
    except yaml.YAMLError as error:
        raise SpecError(_syntax_problem(error, text, path)) from error


def _decoded(content: str | bytes, path: str) -> str:
    start = Location(path, 1, 1)
    size = len(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024} KiB, the limit of a spec"
        raise SpecError(start.problem("too-large", message, "check that this is the right file"))
    text = content if isinstance(content, str) else _from_bytes(content, start)
    text = text.removeprefix("\ufeff")
    if match := _CONTROL.search(text):
        location = _location_of(match.start(), text, path)
        message = f"the file contains a control character, {shown(match.group())}"
        raise SpecError(
            location.problem("not-text", message, "delete it, or save the file as plain text in UTF-8")
        )
    return text


def _from_bytes(content: bytes, start: Location) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if content.startswith(_UTF16) else "not UTF-8"
        location = _location_of(error.start, content[: error.start].decode("utf-8", "replace"), start.path)
        problem = location.problem("not-text", f"the file is {encoding}", "save it as plain text in UTF-8")
        raise SpecError(problem) from error


def _location_of(offset: int, text: str, path: str | None) -> Location:
    lines = _LINE.split(text[:offset])
    return Location(path, len(lines), len(lines[-1]) + 1)


def _syntax_problem(error: yaml.YAMLError, text: str, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "the text ends too early"
    if mark is None:
        return Location(path, 1, 1).problem(
            "bad-yaml", f"this is not YAML: {reason}", "save it as plain text"
        )
    location = Location(path, mark.line + 1, mark.column + 1)
    if reason == _DEEPEST:
        return _too_deep(location)
    lines = _LINE.split(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return location.problem("bad-yaml", f"this is not YAML: {reason}", _syntax_hint(line))


def _too_deep(location: Location) -> Problem:
    message = f"the nesting here is {MAX_DEPTH} levels deep or more"
    return location.problem("too-deep", message, "a spec needs less than ten")


def _syntax_hint(line: str) -> str:
    if "\t" in line:
        return "use spaces in place of the tab"
    if re.search(r"list\[", line):
        return 'between braces a list needs quotes: "list[line]"'
    if re.search(r":\s*[|>@`%&*!]", line):
        return "put the value in quotes"
    return "look at the indentation, the colons and the quotes of this line and the one before"


class _Reader:
    """Converts the events of the YAML parser to nodes, and collects problems."""

    def __init__(self, events: Iterator[yaml.Event], path: str, most: int) -> None:
        self._events = events
        self._path = path
        self._most = most
        self._problems: list[Problem] = []

    def document(self) -> Document:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Document(Text("", Location(self._path, 1, 1), blank=True), ())
        root = self._node(next(self._events), 1)
        next(self._events)
        if not isinstance(after := next(self._events), yaml.StreamEndEvent):
            self._refuse(after, "second-document", "a second document begins here", "keep one in the file")
        return Document(root, tuple(self._problems))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            raise SpecError((*self._problems, _too_deep(self._location(event))))
        self._refuse_features(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._table(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._text(event)

    def _text(self, event: yaml.Event) -> Text:
        if not isinstance(event, yaml.ScalarEvent):
            return Text("", self._location(event), blank=True)
        return Text(event.value, self._location(event), blank=event.value == "" and not event.style)

    def _sequence(self, start: yaml.Event, depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Items(tuple(self._within_limit(items, start)), self._location(start))

    def _table(self, start: yaml.Event, depth: int) -> Table:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            entry_value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Text):
                self._refuse(event, "bad-key", "a key is plain text", "write it as one word")
            elif key.value in entries:
                first = entries[key.value].key.location.line
                hint = f"it is already in line {first}: delete one of them"
                self._refuse(event, "duplicate-key", f"duplicate key {shown(key.value)}", hint)
            else:
                entries[key.value] = Entry(key, entry_value)
        return Table(tuple(self._within_limit(list(entries.values()), start)), self._location(start))

    def _within_limit(self, entries: list[_T], start: yaml.Event) -> list[_T]:
        if len(entries) > self._most:
            message = f"{len(entries)} entries are too many: the limit is {self._most}"
            self._refuse(start, "too-many", message, "split it into several")
        return entries[: self._most]

    def _refuse_features(self, event: yaml.Event) -> None:
        is_merge = isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_merge or is_alias or getattr(event, "anchor", None) is not None:
            message = "anchors, aliases and merge keys are not read"
            self._refuse(event, "yaml-reference", message, "write the value out")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "yaml-tag", "tags are not read", "delete the word that begins with !")

    def _refuse(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        self._problems.append(self._location(event).problem(code, message, hint))

    def _location(self, event: yaml.Event) -> Location:
        mark = event.start_mark
        return Location(self._path, mark.line + 1, mark.column + 1) if mark else Location(self._path)

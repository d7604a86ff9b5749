"""Parses routes such as `PUT /posts/{id}/like`, with an optional body limit."""

from __future__ import annotations

import keyword
import re
from typing import Literal, get_args

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.spec.findings import did_you_mean
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.names import Name, field_name, shown

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "WS"]
METHODS: tuple[Method, ...] = get_args(Method)
WITH_BODY: tuple[Method, ...] = ("POST", "PUT", "PATCH")

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
DEFAULT_BODY = MIB
"""The default body limit in bytes."""
SMALLEST_BODY, LARGEST_BODY = KIB, GIB
LONGEST_PATH = 200

_UNITS = {"KiB": KIB, "MiB": MIB, "GiB": GIB}
_KEY = re.compile(r"(?P<method>\S+)[ \t]+(?P<path>\S.*)")
_LITERAL = re.compile(r"\.?[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SIZE = re.compile(r"(?P<number>[0-9]{1,9}) ?(?P<unit>[A-Za-z]*)")
_PARAMETER = re.compile(r"\{[^}]*\}")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_EXAMPLE = '"PUT /posts/{id}/like"'


Shape = tuple[str, str]
"""Method and path without parameter names. Routes with the same shape are equal."""


class Route(Struct, frozen=True):
    """A method and a path. `body` is the body limit in bytes, None for the default."""

    method: Method
    path: str
    body: int | None = None
    form: bool = False

    def __str__(self) -> str:
        """As in the file, without options: `PUT /posts/{id}/like`."""
        return f"{self.method} {self.path}"

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path: `posts`, `{id}`, `like`."""
        return tuple(self.path.removeprefix("/").split("/"))

    @property
    def parameters(self) -> tuple[Name, ...]:
        """Parameter names, in order."""
        return tuple(Name(each[1:-1]) for each in self.segments if each.startswith("{"))

    @property
    def shape(self) -> Shape:
        """Identifies the route."""
        return shape_of(self.method, self.path)

    @property
    def beginning(self) -> str:
        """The path before its first parameter, which gateways match: `/posts`."""
        return self.path.partition("/{")[0]

    @property
    def specificity(self) -> tuple[tuple[bool, str], ...]:
        """Sort key that puts a literal segment before a parameter, so that no route hides another."""
        return tuple((each.startswith("{"), each) for each in self.segments)

    @property
    def pattern(self) -> str:
        """A regular expression for gateways that matches its paths."""
        parts = ("[^/]+" if each.startswith("{") else each.replace(".", "[.]") for each in self.segments)
        return f"^/{'/'.join(parts)}$"

    @property
    def function(self) -> str:
        """The name of its initial function: `put_posts_id_like`."""
        return "_".join(filter(None, _BETWEEN_WORDS.split(f"{self.method}/{self.path}".lower())))

    @property
    def limit(self) -> int:
        """The body limit in bytes."""
        return self.body or DEFAULT_BODY

    @property
    def size(self) -> str:
        """The body limit as in the file: `20 MiB`."""
        unit = next(unit for unit in ("GiB", "MiB", "KiB") if self.limit % _UNITS[unit] == 0)
        return f"{self.limit // _UNITS[unit]} {unit}"


def shape_of(method: str, path: str) -> Shape:
    """Remove parameter names: `POST`, `/posts/{id}` to `POST`, `/posts/{}`."""
    return method, _PARAMETER.sub("{}", path)


def route_of(text: str, at: Location = NOWHERE) -> Route | Problem:
    """Parse the key of a route."""
    written = _KEY.fullmatch(text)
    if written is None:
        return at.problem("bad-route", f"{shown(text)} is not a route", f"for example {_EXAMPLE}")
    method, path = written["method"], written["path"]
    known = next((each for each in METHODS if each == method), None)
    if known is None:
        hint = did_you_mean(method.upper(), METHODS, f"one of {', '.join(METHODS)}")
        return at.problem("bad-route", f"{shown(method)} is not a method of a route", hint)
    if not path.startswith("/") or len(path) > LONGEST_PATH:
        rule = f"a path begins with / and has at most {LONGEST_PATH} characters"
        return at.problem("bad-route", f"{shown(path)} is not a path", f"{rule}, for example {_EXAMPLE}")
    route = Route(known, path)
    return _segment_fault(route, at) or route


def size_of(text: str, at: Location = NOWHERE) -> int | Problem:
    """Parse a size such as `20 MiB` to bytes."""
    written = _SIZE.fullmatch(text)
    unit = _UNITS.get(written["unit"]) if written else None
    if written is None or unit is None:
        return at.problem(
            "bad-value", f"{shown(text)} is not a size", 'for example "20 MiB", "64 KiB" or "1 GiB"'
        )
    size = int(written["number"]) * unit
    if not SMALLEST_BODY <= size <= LARGEST_BODY:
        return at.problem("bad-value", f"a body limit of {text} is out of range", "write 1 KiB to 1 GiB")
    return size


def _segment_fault(route: Route, at: Location) -> Problem | None:
    for number, segment in enumerate(route.segments):
        if segment.startswith("{") and segment.endswith("}"):
            if fault := _parameter_fault(segment[1:-1], at):
                return fault
            if number == 0:
                hint = f'begin the path with a word, for example "{route.method} /posts{route.path}"'
                return at.problem("bad-route", f'"{route.path}" would take the paths of all services', hint)
        elif not _LITERAL.fullmatch(segment):
            message = f"{shown(route.path)} is not a path" + (f": {shown(segment)}" if segment else "")
            hint = f"write lower-case words or {{parameters}} with one / between them, for example {_EXAMPLE}"
            return at.problem("bad-route", message, hint)
    twice = next((each for each in route.parameters if route.parameters.count(each) > 1), None)
    if twice is not None:
        message = f'the parameter "{twice}" comes twice in "{route.path}"'
        return at.problem("bad-route", message, "give each parameter its own name")
    return None


def _parameter_fault(name: str, at: Location) -> Problem | None:
    checked = field_name(name, at)
    if isinstance(checked, Problem):
        return at.problem("bad-route", f"{shown(name)} is not a parameter", checked.hint)
    if keyword.iskeyword(name):
        return at.problem(
            "bad-route", f'"{name}" cannot be a parameter: it is a word of Python', f'for example "{name}_id"'
        )
    return None

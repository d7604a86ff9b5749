"""Names: one validated text, and the forms it takes in code, paths, variables and sentences.

A name is plain ASCII of a narrow shape, so nothing in it can mean anything to a shell, SQL, YAML, a template
or a terminal. Every kind of name has a function here that answers the `Name`, or the `Problem` with the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.spec import reserved
from blueprint.spec.place import NOWHERE, Place
from blueprint.spec.singular import singular

_ANY_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_SEPARATORS = re.compile(r"[-_.]")
_SHOWN_LENGTH = 40


class Name(str):
    """Lower-case ASCII words and digits, joined by `-`, `_` or `.`. Anything else is a ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> Name:
        if not _ANY_NAME.fullmatch(text):
            raise ValueError(f"{shown(text)} is not a name")
        return super().__new__(cls, text)

    @property
    def snake(self) -> str:
        """`order_items`."""
        return _SEPARATORS.sub("_", self)

    @property
    def kebab(self) -> str:
        """`order-items`."""
        return _SEPARATORS.sub("-", self)

    @property
    def pascal(self) -> str:
        """`OrderItems`."""
        return "".join(word.capitalize() for word in _SEPARATORS.split(self))

    @property
    def env(self) -> str:
        """`ORDER_ITEMS`."""
        return self.snake.upper()

    @property
    def human(self) -> str:
        """`order items`."""
        return _SEPARATORS.sub(" ", self)

    @property
    def singular(self) -> Name:
        """The name of one of them (`order-item`), by the rule of `blueprint.spec.singular`."""
        last = _SEPARATORS.split(self)[-1]
        return Name(self[: len(self) - len(last)] + singular(last))


def shown(text: str) -> str:
    """The text in quotes, short, and with nothing in it that could move a cursor or hide a letter."""
    short = text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
    safe = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in short
    )
    return f'"{safe}"'


def fold(text: str) -> str:
    """Equal for names that code would mix up: `order-item` and `order_item`, `item_2` and `item2`."""
    return "".join(word.capitalize() for word in re.split(r"[-_. ]+", text.lower()))


class _Rule(Struct, frozen=True):
    """What a kind of name has to look like, and the words it cannot be."""

    title: str
    shape: re.Pattern[str]
    joint: str
    example: str
    longest: int
    suffix: str
    is_taken: Callable[[Name], bool]


_KEBAB = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_DOTTED = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+")
_NO_VERSION = re.compile(r"(?:[^.]*\.v[0-9]+|.*\.v(?:0[0-9]*|1))")

_MODULES = reserved.KEYWORDS | reserved.BUILTINS | reserved.STDLIB | reserved.DEPENDENCIES | reserved.DEVICES
_PROJECTS = _MODULES | reserved.REPO | reserved.PROCESSES
_NEIGHBOURS = reserved.IMPORT_NEIGHBOURS | reserved.TABLE_NEIGHBOURS | reserved.ACTION_NEIGHBOURS
_SERVICES = _PROJECTS | reserved.SYSTEM | _NEIGHBOURS
_ROWS = reserved.KEYWORDS | reserved.ANNOTATIONS
_FIELDS = (
    reserved.HARD_KEYWORDS
    | reserved.MODEL_ATTRIBUTES
    | reserved.ANNOTATIONS - {"type"}
    | {"cls", "kwargs", "l", "self"}
)
_ACTIONS = reserved.KEYWORDS | reserved.BUILTINS | reserved.ACTION_NEIGHBOURS | {"created"}
_TYPES = reserved.KEYWORDS | reserved.FIELD_KINDS
_ROW_CLASSES = reserved.CLASSES | reserved.ROW_CLASSES


def _is_taken_project(name: Name) -> bool:
    return name.snake in _PROJECTS


def _is_taken_service(name: Name) -> bool:
    row = name.singular
    return name.snake in _SERVICES or row.snake in _ROWS or row.pascal in _ROW_CLASSES


def _is_taken_field(name: Name) -> bool:
    return name in _FIELDS


def _is_taken_action(name: Name) -> bool:
    return name in _ACTIONS or name.pascal in reserved.CLASSES


def _is_taken_type(name: Name) -> bool:
    return name in _TYPES or name.pascal in reserved.BUILTINS | _ROW_CLASSES


def _is_taken_workflow(name: Name) -> bool:
    return name in reserved.KEYWORDS


def _is_never_taken(_: Name) -> bool:
    return False


_PROJECT = _Rule("a project name", _KEBAB, "-", "web-shop", 40, "app", _is_taken_project)
_SERVICE = _Rule("a service name", _KEBAB, "-", "order-items", 40, "service", _is_taken_service)
_FIELD = _Rule("a field name", _SNAKE, "_", "unit_price", 63, "value", _is_taken_field)
_ACTION = _Rule("an action name", _SNAKE, "_", "send_invoice", 63, "it", _is_taken_action)
_TYPE = _Rule("a type name", _SNAKE, "_", "order_line", 63, "data", _is_taken_type)
_WORKFLOW = _Rule("a workflow name", _SNAKE, "_", "checkout", 63, "flow", _is_taken_workflow)
_EVENT = _Rule("an event name", _DOTTED, ".", "order.placed", 63, "happened", _is_never_taken)
_REFUSAL = _Rule("a reason", _SNAKE, "_", "out_of_stock", 63, "refused", _is_never_taken)
_CHOICE = _Rule("a plain id", _KEBAB, "-", "event-driven", 40, "choice", _is_never_taken)


def project_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A DNS label of up to 40 characters that can also be a Python package."""
    return _checked(text, _PROJECT, at)


def service_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A DNS label of up to 40 characters that can also be a package, a table and a host."""
    return _checked(text, _SERVICE, at)


def field_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A snake_case name that can be an attribute of a model and a column."""
    return _checked(text, _FIELD, at)


def action_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A snake_case name that can be a function."""
    return _checked(text, _ACTION, at)


def type_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A snake_case name whose PascalCase can be a class."""
    return _checked(text, _TYPE, at)


def workflow_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A snake_case name."""
    return _checked(text, _WORKFLOW, at)


def event_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """Two or more snake_case words joined by dots: what, and what happened to it.

    From the second version on the number of the version comes last: `order.placed.v2`.
    """
    if _NO_VERSION.fullmatch(text):
        hint = 'write "order.placed" for the first version and "order.placed.v2" for the second'
        return at.problem("bad-name", f"{shown(text)} is no version of an event", hint)
    return _checked(text, _EVENT, at)


def refusal_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """A snake_case reason for which an action refuses."""
    return _checked(text, _REFUSAL, at)


def choice_name(text: str, at: Place = NOWHERE) -> Name | Problem:
    """The id of something in the catalogue: whether it is there is for the catalogue to say."""
    return _checked(text, _CHOICE, at)


def _checked(text: str, rule: _Rule, at: Place) -> Name | Problem:
    if len(text) > rule.longest:
        message = f"{shown(text)} has {len(text)} characters, {rule.title} has at most {rule.longest}"
        return at.problem("bad-name", message, "choose a shorter name")
    if not rule.shape.fullmatch(text):
        return at.problem("bad-name", f"{shown(text)} is not {rule.title}", _how_to_write(text, rule))
    name = Name(text)
    if rule.is_taken(name):
        message = f'"{name}" cannot be {rule.title}: generated code needs the word for something else'
        return at.problem("reserved-name", message, f'for example "{name}{rule.joint}{rule.suffix}"')
    return name


def _how_to_write(text: str, rule: _Rule) -> str:
    example = _candidate(text, rule) or rule.example
    return f'write lower-case words joined by "{rule.joint}", a letter first, for example "{example}"'


def _candidate(text: str, rule: _Rule) -> str | None:
    """The nearest name of this kind that the text could be meant as, if there is one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain).lower())
    candidate = rule.joint.join(words).lstrip("0123456789-_.")
    if not rule.shape.fullmatch(candidate) or rule.is_taken(Name(candidate)):
        return None
    return candidate

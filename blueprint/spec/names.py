"""Validated names, and their forms in code, paths, variables and sentences.

A name is restricted to ASCII without special characters of shells, SQL, YAML, templates
or terminals. Each kind of name has a function that returns the `Name`, or the `Problem` with the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.spec import reserved
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.singular import singular

_ANY_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_SEPARATORS = re.compile(r"[-_.]")
_BETWEEN_WORDS = re.compile(r"[-_.]+")
_SHOWN_LENGTH = 40


class Name(str):
    """Lower-case ASCII words and digits, joined by `-`, `_` or `.`. Raises ValueError for anything else."""

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
    def package(self) -> str:
        """A package without clashes with the standard library, dependencies and the repository: `json_`."""
        return free_name(self.snake, reserved.PACKAGES)

    @property
    def module(self) -> str:
        """A module or package that does not clash with those of every project: `flows_`, `class_`."""
        return free_name(self.snake, reserved.MODULES)

    @property
    def entrypoint(self) -> str:
        """A module of `entrypoints` that does not clash with those of every project: `wiring_`."""
        return free_name(self.snake, reserved.ENTRYPOINTS)

    @property
    def process(self) -> Name:
        """A process, container and host that does not clash with other containers: `gateway--service`."""
        return self._unlike_any("--service") if self.snake in reserved.PROCESSES else self

    @property
    def only_process(self) -> Name:
        """The same if no other process is a service."""
        return self._unlike_any("--project") if self.snake in reserved.PROJECT_PROCESSES else self

    def _unlike_any(self, ending: str) -> Name:
        # A valid DNS label, but not a valid name in a spec.
        return str.__new__(Name, self + ending)

    @property
    def variable(self) -> str:
        """A variable or function: `import_`."""
        return free_name(self.snake, reserved.VARIABLES)

    @property
    def attribute(self) -> str:
        """A field of a model: `class_`, `copy_`."""
        return free_name(self.snake, reserved.ATTRIBUTES)

    @property
    def kebab(self) -> str:
        """`order-items`."""
        return _SEPARATORS.sub("-", self)

    @property
    def pascal(self) -> str:
        """`OrderItems`."""
        return "".join(word.capitalize() for word in _SEPARATORS.split(self))

    @property
    def class_name(self) -> str:
        """`OrderItems`; `None_`."""
        return free_name(self.pascal, reserved.CLASSES)

    @property
    def env(self) -> str:
        """`ORDER_ITEMS`."""
        return self.snake.upper()

    @property
    def human(self) -> str:
        """`order items`."""
        return _BETWEEN_WORDS.sub(" ", self)

    @property
    def singular(self) -> Name:
        """The name of one of them (`order-item`), by the rule of `blueprint.spec.singular`."""
        last = _SEPARATORS.split(self)[-1]
        return Name(self[: len(self) - len(last)] + singular(last))


def free_name(word: str, taken: Collection[str]) -> str:
    """The word, with underscores after it as long as it is taken: names of a spec do not end with one."""
    while word in taken:
        word += "_"
    return word


def shown(text: str) -> str:
    """Quote and shorten the text, and escape control characters and invisible ones."""
    short = text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
    safe = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in short
    )
    return f'"{safe}"'


def fold(text: str) -> str:
    """Equal for names that clash in code: `order-item` and `order_item`, `item_2` and `item2`."""
    return "".join(word.capitalize() for word in re.split(r"[-_. ]+", text.lower()))


class _Rule(Struct, frozen=True):
    """The pattern of a kind of name, and its reserved words."""

    title: str
    shape: re.Pattern[str]
    joint: str
    example: str
    longest: int
    suffix: str
    fault: Callable[[Name], str | None]


_KEBAB = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_DOTTED = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+")
_NO_VERSION = re.compile(r"(?:[^.]*\.v[0-9]+|.*\.v(?:0[0-9]*|1))")


def _service_fault(name: Name) -> str | None:
    if purpose := reserved.PATHS.get(name):
        return f'"{name}" cannot be a service: /{name} is {purpose}'
    return None


def _type_fault(name: Name) -> str | None:
    if name in reserved.FIELD_KINDS:
        return f'"{name}" cannot be a type: in fields of blueprint.yaml the word has a meaning of its own'
    return None


def _action_fault(name: Name) -> str | None:
    if name == "created":
        return '"created" cannot be an action: every service tells by it that a row is new'
    return None


def _setting_fault(name: Name) -> str | None:
    if reserved.is_known_variable(name.env):
        return f'"{name}" cannot be a setting: {name.env} means something else to programs'
    return None


def _event_fault(name: Name) -> str | None:
    return f'"{name}" is no version of an event' if _NO_VERSION.fullmatch(name) else None


def _no_fault(_: Name) -> None:
    return None


_PROJECT = _Rule("a project name", _KEBAB, "-", "web-shop", 40, "app", _no_fault)
_SERVICE = _Rule("a service name", _KEBAB, "-", "order-items", 40, "service", _service_fault)
_ROW = _Rule("a singular", _KEBAB, "-", "order-item", 40, "entry", _no_fault)
_FIELD = _Rule("a field name", _SNAKE, "_", "unit_price", 63, "value", _no_fault)
_ACTION = _Rule("an action name", _SNAKE, "_", "send_invoice", 63, "it", _action_fault)
_TYPE = _Rule("a type name", _SNAKE, "_", "order_line", 63, "data", _type_fault)
_WORKFLOW = _Rule("a workflow name", _SNAKE, "_", "checkout", 63, "flow", _no_fault)
_EVENT = _Rule("an event name", _DOTTED, ".", "order.placed", 63, "happened", _event_fault)
_SETTING = _Rule("a setting name", _SNAKE, "_", "stripe_url", 63, "value", _setting_fault)
_REFUSAL = _Rule("a reason", _SNAKE, "_", "out_of_stock", 63, "refused", _no_fault)
_CHOICE = _Rule("a plain id", _KEBAB, "-", "event-driven", 40, "choice", _no_fault)

PATTERNS: Mapping[str, str] = {
    kind: f"^(?=.{{1,{rule.longest}}}$){rule.shape.pattern}$"
    for kind, rule in (
        ("project", _PROJECT),
        ("service", _SERVICE),
        ("row", _ROW),
        ("field", _FIELD),
        ("action", _ACTION),
        ("type", _TYPE),
        ("workflow", _WORKFLOW),
        ("event", _EVENT),
        ("setting", _SETTING),
        ("reason", _REFUSAL),
        ("choice", _CHOICE),
    )
}
"""Patterns of names without reserved words, as regular expressions that are also valid in JavaScript."""


def project_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A DNS label of up to 40 characters that can also be a Python package."""
    return _checked(text, _PROJECT, at)


def suggested_project_name(text: str) -> Name | None:
    """The most similar valid project name, if there is one."""
    candidate = _candidate(text, _PROJECT)
    return Name(candidate) if candidate else None


def service_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A DNS label of up to 40 characters that can also be a package, a table and a host."""
    return _checked(text, _SERVICE, at)


def row_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """The name of one row of a service, which can be a class and precede `_id`."""
    return _checked(text, _ROW, at)


def field_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case name that can be an attribute of a model and a column."""
    return _checked(text, _FIELD, at)


def action_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case name that can be a function."""
    return _checked(text, _ACTION, at)


def type_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case name whose PascalCase can be a class."""
    return _checked(text, _TYPE, at)


def workflow_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case name."""
    return _checked(text, _WORKFLOW, at)


def event_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """Two or more snake_case words joined by dots.

    From the second version on, it ends in the version: `order.placed.v2`.
    """
    if _NO_VERSION.fullmatch(text):
        hint = 'write "order.placed" for the first version and "order.placed.v2" for the second'
        return at.problem("bad-name", f"{shown(text)} is not a version of an event", hint)
    return _checked(text, _EVENT, at)


def setting_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case name that can be an environment variable and has no meaning to other programs."""
    return _checked(text, _SETTING, at)


def refusal_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """A snake_case reason of a refusal."""
    return _checked(text, _REFUSAL, at)


def choice_name(text: str, at: Location = NOWHERE) -> Name | Problem:
    """An id of a pack. Whether it exists is checked by the catalog."""
    return _checked(text, _CHOICE, at)


def _checked(text: str, rule: _Rule, at: Location) -> Name | Problem:
    if len(text) > rule.longest:
        message = f"{shown(text)} has {len(text)} characters, {rule.title} has at most {rule.longest}"
        return at.problem("bad-name", message, "choose a shorter name")
    if not rule.shape.fullmatch(text):
        return at.problem("bad-name", f"{shown(text)} is not {rule.title}", _how_to_write(text, rule))
    name = Name(text)
    if fault := rule.fault(name):
        return at.problem("reserved-name", fault, f'for example "{name}{rule.joint}{rule.suffix}"')
    return name


def _how_to_write(text: str, rule: _Rule) -> str:
    example = _candidate(text, rule) or rule.example
    return f'write lower-case words joined by "{rule.joint}", a letter first, for example "{example}"'


def _candidate(text: str, rule: _Rule) -> str | None:
    """The most similar valid name of this kind, if there is one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain).lower())
    candidate = rule.joint.join(words).lstrip("0123456789-_.")
    is_name = len(candidate) <= rule.longest and rule.shape.fullmatch(candidate)
    if not is_name or rule.fault(Name(candidate)):
        return None
    return candidate

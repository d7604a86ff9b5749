"""Read `.blueprint/run.json`, which describes the processes of a project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from blueprint.errors import Problem, SpecError, UsageError
from blueprint.runtime.fields import Fields
from blueprint.runtime.placeholders import placeholders

FILE = ".blueprint/run.json"
VERSION = 1
_TEMPLATE = ".blueprint/template.json"

_GLOBAL = frozenset({"python", "caddy", "data", "url"})
_PER_PROCESS = ("port", "url", "address")
_OWN = frozenset({"port", "drain"})
_INHERITED = frozenset({"fd"})


class Environment(Struct, frozen=True):
    """The Python environment of the project; paths are relative to the project."""

    path: str
    requirements: str
    pythonpath: str


class Dotenv(Struct, frozen=True):
    """The file of secrets, the command that generates it, and the names it must contain."""

    path: str
    command: tuple[str, ...]
    names: tuple[str, ...] = ()


class Watching(Struct, frozen=True):
    """What else a process is started with where saved files restart it: words of its command, and variables.

    `{fd}` in `arguments` is the number of the listening socket that it inherits.
    """

    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


class Program(Struct, frozen=True):
    """One process; its command and env hold placeholders, its path `ready` answers 200 when it is.

    Where the environment has the variable `unless`, it is not started, and the others take that value. The
    command `migrations` prints what ran in its database, and `data` prints rows of it. `calls` names the
    processes that it works with.
    """

    name: str
    command: tuple[str, ...]
    ready: str
    env: Mapping[str, str]
    unless: str | None = None
    migrations: tuple[str, ...] = ()
    watch: Watching = Watching()
    calls: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


class Description(Struct, frozen=True):
    """Everything needed to start a project. `entry` is the program that answers at the base URL.

    `shared` is env that all programs get, unless the environment says otherwise; `{process}` in it is the
    program that gets it. `private` names variables that only some programs get, and which ones. The command
    `openapi` prints the OpenAPI document of the application. `port` is that of the entry,
    where the spec says it. `development` is the environment for tests and checks, `test` the command that
    runs the tests, and `lint` the command of each check, in order.
    """

    name: str
    pattern: str
    environment: Environment | None
    dotenv: Dotenv | None
    data: str
    programs: tuple[Program, ...]
    entry: str
    smoke: tuple[str, ...] | None
    shared: Mapping[str, str] = field(default_factory=dict)
    openapi: tuple[str, ...] = ()
    private: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    port: int | None = None
    development: Environment | None = None
    test: tuple[str, ...] = ()
    lint: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_description(project: Path) -> Description:
    """Read and check the description of the project in this folder.

    Raises:
        UsageError: there is no project.
            SpecError: the file is invalid; contains all problems.
    """
    try:
        text = (project / FILE).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UsageError(_missing(project)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(Problem("unreadable", f"cannot read {FILE}: {error}", path=FILE)) from error
    return decode_description(text)


def decode_description(text: str) -> Description:
    """The description in this text. Raises SpecError as `read_description`."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        problem = Problem("not-json", f"not valid JSON: {error.msg}", None, FILE, error.lineno, error.colno)
        raise SpecError(problem) from error
    problems: list[Problem] = []
    description = _description(Fields(content, "", problems, FILE))
    if not problems:
        problems += _reference_problems(description)
    if problems:
        raise SpecError(problems)
    return description


def _description(top: Fields) -> Description:
    if top.number("version") not in (VERSION, None):
        top.report("version", f"must be {VERSION}", "update backend-blueprint")
    return Description(
        name=top.text("name"),
        pattern=top.text("pattern"),
        environment=_environment(top.section("environment", optional=True)),
        dotenv=_dotenv(top.section("dotenv", optional=True)),
        data=top.relative_path("data"),
        programs=tuple(_program(each) for each in top.sections("processes")),
        entry=top.text("entry"),
        smoke=top.texts("smoke", optional=True) or None,
        shared=top.texts_by_name("shared"),
        openapi=top.texts("openapi", optional=True),
        private=top.lists_by_name("private"),
        port=top.number("port", optional=True),
        development=_environment(top.section("development", optional=True)),
        test=top.texts("test", optional=True),
        lint=top.lists_by_name("lint"),
    )


def _missing(project: Path) -> Problem:
    if (project / _TEMPLATE).is_file():
        message = f"this project was created from a template, and has no {FILE}"
        return Problem("from-template", message, "see its README for how to start it", str(project))
    hint = "go to a project, or create one: blueprint new shop"
    return Problem("no-project", f"no project in {project}: {FILE} is missing", hint)


def _environment(fields: Fields | None) -> Environment | None:
    if fields is None:
        return None
    names = ("path", "requirements", "pythonpath")
    path, requirements, pythonpath = (fields.relative_path(name) for name in names)
    return Environment(path, requirements, pythonpath)


def _dotenv(fields: Fields | None) -> Dotenv | None:
    if fields is None:
        return None
    names = fields.texts("names", optional=True)
    return Dotenv(fields.relative_path("path"), fields.texts("command"), names)


def _program(fields: Fields) -> Program:
    ready = fields.text("ready")
    if ready and not ready.startswith("/"):
        fields.report("ready", "must start with a slash")
    return Program(
        fields.text("name"),
        fields.texts("command"),
        ready,
        fields.texts_by_name("env"),
        fields.text("unless", optional=True) or None,
        fields.texts("migrations", optional=True),
        _watching(fields.section("watch", optional=True)),
        fields.texts("calls", optional=True),
        fields.texts("data", optional=True),
    )


def _watching(fields: Fields | None) -> Watching:
    if fields is None:
        return Watching()
    return Watching(fields.texts("arguments", optional=True), fields.texts_by_name("env"))


def _reference_problems(description: Description) -> list[Problem]:
    """Undefined and duplicate names."""
    names = [program.name for program in description.programs]
    problems = [
        Problem("twice", f"two processes are named {name}", path=FILE)
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if description.entry not in names:
        problems.append(Problem("unknown-entry", f"entry names no process: {description.entry}", path=FILE))
    known = _GLOBAL | {f"{name}.{part}" for name in names for part in _PER_PROCESS}
    templates = [("smoke", description.smoke or (), known)]
    templates.append(("shared", tuple(description.shared.values()), known | {"process"}))
    templates += [
        (
            program.name,
            (*program.command, *program.env.values(), *program.migrations, *program.data),
            known | _OWN,
        )
        for program in description.programs
    ]
    templates += [(program.name, program.watch.arguments, _INHERITED) for program in description.programs]
    if description.dotenv:
        templates.append(("dotenv", description.dotenv.command, frozenset({"python"})))
    templates.append(("openapi", description.openapi, frozenset({"python"})))
    templates.append(("test", description.test, frozenset({"python"})))
    templates += [
        (f"lint.{name}", command, frozenset({"python"})) for name, command in description.lint.items()
    ]
    for where, texts, allowed in templates:
        unknown = {name for text in texts for name in placeholders(text)} - allowed
        problems += [
            Problem(
                "unknown-placeholder",
                f"unknown placeholder {{{name}}} in {where}",
                f"known here: {', '.join(sorted(allowed))}",
                FILE,
            )
            for name in sorted(unknown)
        ]
    return problems

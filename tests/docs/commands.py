"""The commands as Markdown, from the command line itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from typer.core import TyperArgument, TyperCommand, TyperOption
from typer.main import get_command

from blueprint.cli.main import app
from tests.docs.pages import table


@dataclass(frozen=True, slots=True)
class Usage:
    """What the command line does not know of a command: an example, and how it can end."""

    example: str
    exit_codes: tuple[int, ...]


USAGES: Mapping[str, Usage] = {
    "new": Usage("blueprint new shop -p microservices --preset e-commerce", (0, 2, 3, 4, 5)),
    "run": Usage("blueprint run shop --instances orders=3", (0, 2, 3, 5, 6)),
    "test": Usage("blueprint test -k checkout", (0, 1, 2, 3, 5)),
    "lint": Usage("blueprint lint -C shop", (0, 1, 2, 3, 5)),
    "events": Usage("blueprint events --follow --type order.placed", (0, 2, 3, 5, 6)),
    "dead-letters": Usage("blueprint dead-letters replay --all --service payments", (0, 2, 3, 5, 6)),
    "data": Usage("blueprint data orders --columns id,status", (0, 2, 3, 5)),
    "add-service": Usage(
        'blueprint add-service letters -C shop --field "title: str" --consumes "order.confirmed: write"',
        (0, 2, 3, 4, 5),
    ),
    "add-dependency": Usage('blueprint add-dependency "httpx>=0.28,<1" -C shop', (0, 2, 3, 4, 5)),
    "lock": Usage("blueprint lock shop", (0, 2, 3, 4, 5)),
    "sync": Usage("blueprint sync shop --dry-run", (0, 2, 3, 4, 5)),
    "check": Usage("blueprint check shop --against v1.0", (0, 1, 2, 3, 4, 5)),
    "undo": Usage("blueprint undo shop", (0, 2, 4, 5)),
    "openapi": Usage("blueprint openapi shop --check", (0, 1, 2, 3, 4, 5, 6)),
    "keep": Usage("blueprint keep shop/Dockerfile", (0, 2, 3, 4, 5)),
    "restore": Usage("blueprint restore shop/Dockerfile shop/compose.yaml", (0, 2, 3, 4, 5)),
    "take": Usage("blueprint take shop/Dockerfile", (0, 2, 3, 4, 5)),
    "packs": Usage("blueprint packs test packs/redis-streams --trust", (0, 1, 2, 3, 5)),
    "migrations": Usage("blueprint migrations fetch shop", (0, 2, 3, 4, 5)),
    "compare": Usage("blueprint compare --for needs.yaml -o report.html", (0, 2, 3, 4, 5)),
    "explain": Usage("blueprint explain event-driven", (0, 2)),
    "completion": Usage("blueprint completion bash", (0, 2)),
}


@cache
def commands() -> dict[str, TyperCommand]:
    """The commands by name, in the order of the help."""
    group = get_command(app)
    assert hasattr(group, "commands")
    return dict(group.commands)


def commands_text() -> str:
    """A section for each command."""
    return "\n\n".join(_section(name, command) for name, command in commands().items())


def _section(name: str, command: TyperCommand) -> str:
    usage = USAGES[name]
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    options = [each for each in command.params if isinstance(each, TyperOption)]
    shown = " ".join([f"blueprint {name}", *(f"[{_placeholder(each)}]" for each in arguments), "[OPTION]..."])
    rows = [*map(_argument, arguments), *map(_option, options)]
    codes = ", ".join(f"`{code}`" for code in usage.exit_codes)
    return "\n\n".join(
        (
            f"## {name}",
            str(command.help),
            f"```text\n{shown}\n```",
            table(("argument, option", "takes", "if left out", ""), rows),
            f"```sh\n{usage.example}\n```",
            f"[Exit codes](exit-codes.md): {codes}.",
        )
    )


def _argument(argument: TyperArgument) -> tuple[str, ...]:
    return f"`{_placeholder(argument)}`", "", _default(argument), _help(argument)


def _option(option: TyperOption) -> tuple[str, ...]:
    names = ", ".join(f"`{name}`" for name in option.opts)
    takes = "" if option.is_flag else f"`{option.metavar or '<text>'}`"
    again = ", several times" if option.multiple else ""
    return names, f"{takes}{again}", _default(option), _help(option)


def _placeholder(argument: TyperArgument) -> str:
    """`NAME`, or `TOPIC...` where there can be several."""
    name = (argument.metavar or str(argument.name).upper()).strip("[].")
    return f"{name}..." if argument.nargs == -1 else name


def _default(parameter: TyperArgument | TyperOption) -> str:
    value = parameter.default
    return "" if value is None or value is False else f"`{value}`"


def _help(parameter: TyperArgument | TyperOption) -> str:
    return (parameter.help or "").replace("<", "&lt;")

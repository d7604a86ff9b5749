"""The questions that `new` asks somebody at a terminal who gave no flags."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from blueprint.errors import Problem
from blueprint.spec.names import project_name
from blueprint.spec.place import NOWHERE

if TYPE_CHECKING:
    from blueprint.catalog.model import Catalog, Pack
    from blueprint.cli.console import Terminal
    from blueprint.cli.drafting import Wishes


def ask(wishes: Wishes, catalog: Catalog, terminal: Terminal) -> Wishes:
    """Ask for what is missing: everything without a flag, else only a name that is needed."""
    if not (wishes.pattern or wishes.stack or wishes.preset or wishes.spec):
        pattern = _choose("How should it run?", catalog.offers("pattern"), terminal)
        stack = _choose("What is it written in?", catalog.offers("stack"), terminal)
        preset = _choose("What does it begin with?", catalog.offers("preset", stack), terminal)
        wishes = replace(wishes, pattern=pattern, stack=stack, preset=preset)
    if wishes.name is None and wishes.spec is None:
        wishes = replace(wishes, name=_ask_name(terminal))
    return wishes


def _choose(question: str, offers: list[Pack], terminal: Terminal) -> str:
    """The id of the pack that is chosen; where there is only one, it is not a question."""
    if len(offers) == 1:
        return offers[0].id
    terminal.err.line(question, "strong")
    for number, pack in enumerate(offers, 1):
        terminal.err.line(f"  {number}  {pack.title}: {pack.summary}")
    while True:
        answer = str(typer.prompt("Number or name", default="1", err=True)).strip()
        for number, pack in enumerate(offers, 1):
            if answer.lower() in (str(number), pack.id, pack.title.lower()):
                terminal.err.line()
                return pack.id
        terminal.err.line(f"  a number from 1 to {len(offers)}, please")


def _ask_name(terminal: Terminal) -> str:
    while True:
        name = str(typer.prompt("What is it called?", err=True)).strip()
        found = project_name(name, NOWHERE)
        if not isinstance(found, Problem):
            return found
        terminal.err.line(f"  {found.message}" + (f": {found.hint}" if found.hint else ""))

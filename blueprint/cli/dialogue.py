"""The questions that `new` asks somebody at a terminal who gave no flags."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blueprint.cli.asking import answer_to
from blueprint.errors import Interrupted, Problem
from blueprint.spec.location import NOWHERE
from blueprint.spec.names import project_name

if TYPE_CHECKING:
    from blueprint.catalog.model import Catalog, Pack
    from blueprint.cli.console import Terminal
    from blueprint.cli.drafting import Options

_WIDEST = 100


def ask(options: Options, catalog: Catalog, terminal: Terminal) -> Options:
    """Ask for what is missing: everything without a flag, else only a name that is needed.

    Raises Interrupted at the end of the input.
    """
    try:
        return _asked(options, catalog, terminal)
    except (Interrupted, KeyboardInterrupt):
        terminal.err.line()  # what comes next does not belong to the question
        raise


def _asked(options: Options, catalog: Catalog, terminal: Terminal) -> Options:
    if not (options.pattern or options.stack or options.preset or options.spec):
        pattern = _choose("How should it run?", catalog.offers("pattern"), terminal)
        stack = _choose("What is it written in?", catalog.offers("stack"), terminal)
        preset = _choose("What does it begin with?", catalog.offers("preset", stack), terminal)
        options = replace(options, pattern=pattern, stack=stack, preset=preset)
    if options.name is None and options.spec is None:
        options = replace(options, name=_ask_name(terminal))
    return options


def _choose(question: str, offers: list[Pack], terminal: Terminal) -> str:
    """The id of the pack that is chosen; where there is only one, it is not a question."""
    if len(offers) == 1:
        return offers[0].id
    terminal.err.line(question, "strong")
    _list(offers, terminal)
    while True:
        answer = answer_to("Number or name [1]:", terminal).lower() or "1"
        for number, pack in enumerate(offers, 1):
            if answer in (str(number), pack.id, pack.title.lower()):
                terminal.err.line()
                return pack.id
        terminal.err.line(f"  a number from 1 to {len(offers)}, please")


def _list(offers: list[Pack], terminal: Terminal) -> None:
    """The offers with their numbers, and what they are in a column of its own."""
    titles = max(len(pack.title) for pack in offers)
    column = titles + 7
    width = min(shutil.get_terminal_size().columns, _WIDEST) - column
    for number, pack in enumerate(offers, 1):
        first, *more = textwrap.wrap(pack.summary, max(width, 20))
        terminal.err.line(f"  {number}  {pack.title:<{titles}}  {first}")
        for line in more:
            terminal.err.line(" " * column + line)


def _ask_name(terminal: Terminal) -> str:
    while True:
        name = answer_to("What is it called?", terminal)
        found = project_name(name, NOWHERE)
        if not isinstance(found, Problem):
            return found
        terminal.err.line(f"  {found.message}")
        terminal.err.line(f"  {found.hint}")

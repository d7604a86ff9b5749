"""The commands that pages show, as words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from typer import Exit, TyperException

from blueprint.cli.flags import take_flags
from tests.docs.commands import commands
from tests.docs.pages import blocks_of, prose_of

_INLINE = re.compile(r"`(blueprint [^`]*)`")
_ASSIGNMENT = re.compile(r"[A-Z_]+=.*")
_END = re.compile(r"&&|\|\||[;|&()<>]+|then|do|done|\d?>")
_REDIRECTION = re.compile(r"\d>&\d")


def commands_in(text: str) -> Iterator[list[str]]:
    """The command lines of `sh` blocks, one by one, without comments and variables before them."""
    for _, block in blocks_of(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            yield from _split(line)


def inline_commands_in(text: str) -> Iterator[list[str]]:
    """What is shown of `blueprint` within a sentence."""
    for shown in _INLINE.findall(prose_of(text)):
        yield from _split(shown)


def _split(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(_REDIRECTION.sub("", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    command: list[str] = []
    for word in (*lexer, ";"):
        if not _END.fullmatch(word):
            if command or not _ASSIGNMENT.fullmatch(word):
                command.append(word)
        elif command:
            yield command
            command = []


def complaint(words: list[str]) -> str:
    """Why the command line of blueprint does not take these words; empty if it does. Nothing is run."""
    name, *rest = take_flags(words).arguments or ("",)
    if name not in commands():
        return "" if name in ("--help", "--version") else f"there is no command {name!r}"
    with redirect_stdout(StringIO()):
        try:
            commands()[name].make_context(name, rest)
        except TyperException as error:
            return error.format_message()
        except Exit:  # after --help
            pass
    return ""

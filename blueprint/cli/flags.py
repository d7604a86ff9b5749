"""Global flags, removed from the command line before anything else can fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blueprint.cli.console import COLOR_CHOICES, ColorChoice
from blueprint.errors import Problem, UsageError

HELP = "Global options: --json prints one JSON object to stdout, --color is auto, always or never."


@dataclass(frozen=True, slots=True)
class Flags:
    """Output options; `arguments` is the rest of the command line."""

    json: bool
    color: str
    arguments: tuple[str, ...]

    def color_choice(self) -> ColorChoice:
        """The colour policy.

        Raises:
            UsageError: the policy is unknown.
        """
        for choice in COLOR_CHOICES:
            if choice == self.color:
                return choice
        raise UsageError(Problem("usage", f"--color must be one of {', '.join(COLOR_CHOICES)}"))


def take_flags(argv: Sequence[str]) -> Flags:
    """Split the command line. Arguments after `--` are left unchanged."""
    json, color = False, "auto"
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--json":
            json = True
        elif word == "--color":
            color = next(words, "")
        elif word.startswith("--color="):
            color = word.removeprefix("--color=")
        else:
            rest.append(word)
    return Flags(json, color, tuple(rest))

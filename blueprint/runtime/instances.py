"""Parse the number of instances of each program: `--instances orders=3`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from blueprint.errors import Problem, UsageError
from blueprint.runtime.description import Description

MOST = 32


def read_instances(arguments: Iterable[str], description: Description) -> Mapping[str, int]:
    """Program to number, from arguments such as `orders=3`; the last one for a program wins.

    Raises:
        UsageError: with all problems.
    """
    scalable = [
        each.name for each in description.programs if each.name != description.entry and each.unless is None
    ]
    read = [_read(argument, scalable) for argument in arguments]
    problems = [each for each in read if isinstance(each, Problem)]
    if problems:
        raise UsageError(problems)
    return dict(each for each in read if not isinstance(each, Problem))


def read_programs(option: str, names: Sequence[str], description: Description) -> frozenset[str]:
    """The programs that an option names.

    Raises:
        UsageError: for each unknown name.
    """
    programs = [each.name for each in description.programs]
    problems = [
        Problem("unknown-process", f'{option}: there is no process "{name}"', _hint(name, programs))
        for name in names
        if name not in programs
    ]
    if problems:
        raise UsageError(problems)
    return frozenset(names)


def program_of(process: str) -> str:
    """The program of a process: `orders` of `orders.2`."""
    return process.partition(".")[0]


def names_of(program: str, instances: Mapping[str, int]) -> tuple[str, ...]:
    """The names of its processes: `orders`, or `orders.1` and `orders.2`."""
    count = instances.get(program, 1)
    return (program,) if count == 1 else tuple(f"{program}.{number}" for number in range(1, count + 1))


def _read(argument: str, scalable: list[str]) -> tuple[str, int] | Problem:
    name, _, number = argument.partition("=")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= MOST):
        message = f"--instances takes a process and a number from 1 to {MOST}, not {argument[:40]!r}"
        return Problem("bad-instances", message, f"write it as --instances {scalable[0]}=2")
    if name not in scalable:
        message = f'no process "{name}" can have several instances'
        return Problem("unknown-process", message, _hint(name, scalable))
    return name, int(number)


def _hint(name: str, names: list[str]) -> str:
    guess = "".join(f'did you mean "{near}"? ' for near in get_close_matches(name, names, 1))
    return f"{guess}there is {', '.join(names)}"

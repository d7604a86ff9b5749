"""Needs as the text of a `needs.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import asdict

from blueprint.knowledge.needs import Needs


def written_needs(needs: Needs) -> str:
    """The text of a file with these needs."""
    return "\n".join(_lines(needs)) + "\n"


def _lines(needs: Needs) -> Iterator[str]:
    yield "version: 1"
    if needs.name:
        quoted = needs.name.replace("'", "''")
        yield f"name: '{quoted}'"
    yield "answers:" if needs.answers else "answers: {}"
    yield from (f"  {key}: {value}" for key, value in needs.answers.items())
    if needs.weights:
        yield "weights:"
        yield from (f"  {key}: {value:g}" for key, value in needs.weights.items())
    yield "load:"
    values = asdict(needs.load).items()
    yield from (f"  {name}: {_plain(value)}" for name, value in values if value is not None)


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"

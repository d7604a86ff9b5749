"""Claims whose numbers are read from a recorded measurement."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from blueprint.knowledge.model import Claim
from blueprint.knowledge.results import recorded, shown_number


def with_measured_numbers(claim: Claim, folder: Path | None = None) -> Claim:
    """The claim with the numbers of its measurement in its statement, and the machine in its conditions.

    A claim that names no measurement is returned as it is. Raises KeyError for a series that is not recorded,
    FileNotFoundError if the measurement is not.
    """
    if claim.measured is None:
        return claim
    result = recorded(claim.measured.file, folder)
    numbers = {name: result.number(key) for name, key in claim.measured.numbers.items()}
    conditions = "; ".join(filter(None, (claim.conditions, result.origin)))
    return replace(
        claim,
        statement=claim.statement.format_map({name: shown_number(value) for name, value in numbers.items()}),
        values=tuple(numbers.values()),
        conditions=conditions,
        source=f"docs/results/{claim.measured.file}.json, written by {result.program}",
        address=f"docs/results/{claim.measured.file}.json",
        where=f"series {', '.join(dict.fromkeys(map(_series, claim.measured.numbers.values())))}",
        read_on=result.recorded_on,
        year=int(result.recorded_on[:4]),
    )


def _series(key: str) -> str:
    """The series of a summary such as `median of monolith/rest`."""
    return key.rpartition(" of ")[2]

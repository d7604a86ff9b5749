"""Write the tables of recorded results in docs/benchmarks.md anew: `python -m
tests.tools.regen_benchmarks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.knowledge.results import Result, recorded, shown_number
from tests.benchmarks.tools import PATTERNS
from tests.docs.pages import DOCS, table, with_part

PAGE = DOCS / "benchmarks.md"
_ROUTES = {
    "bare": "bare FastAPI",
    "fixed": "without a database",
    "sqlite": "from SQLite",
    "gateway": "through the gateway",
}


def renewed(text: str) -> str:
    """The page as the results say."""
    serving, kills = recorded("serving"), recorded("kills")
    parts = {
        "reads": f"{_conditions(serving)}\n\n{_reads(serving)}",
        "memory": _memory(serving),
        "kills": f"{_conditions(kills)}\n\n{_kills(kills)}",
    }
    for name, part in parts.items():
        text = with_part(text, name, part)
    return text


def _conditions(result: Result) -> str:
    words = f"{result.conditions[:1].upper()}{result.conditions[1:]}. Recorded: {result.origin}.".split()
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 130:
            lines.append(line.rstrip())
            line = ""
        line += f"{word} "
    return "\n".join([*lines, line.rstrip()])


def _reads(result: Result) -> str:
    header = ["pattern", *_ROUTES.values(), "SQLite ÷ without"]

    def rows() -> Iterator[list[str]]:
        for pattern in PATTERNS:
            found = [result.number(f"median of {pattern}/{route}-by-processor") for route in _ROUTES]
            yield [pattern, *map(shown_number, found), f"{found[2] / found[1]:.2f}"]

    return table(header, rows())


def _memory(result: Result) -> str:
    prefix = "memory/"
    processes = dict.fromkeys(
        name.partition(prefix)[2] for name in result.series if prefix in name and not name.endswith("/all")
    )
    rows = [
        [process.replace("-", " "), *(_size(result, pattern, process) for pattern in PATTERNS)]
        for process in (*processes, "all")
    ]
    return table(["process", *PATTERNS], rows)


def _size(result: Result, pattern: str, process: str) -> str:
    name = f"{pattern}/memory/{process}"
    return f"{result.number(f'median of {name}'):.0f}" if name in result.series else ""


def _kills(result: Result) -> str:
    rows = [
        [
            pattern,
            *(shown_number(result.number(f"total of {pattern}/{name}")) for name in ("orders", "kills")),
            "{} to {}".format(
                *(shown_number(result.number(f"{bound} of {pattern}/rest")) for bound in ("least", "most"))
            ),
        ]
        for pattern in PATTERNS
    ]
    return table(["pattern", "orders", "kills", "seconds until consistent"], rows)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")

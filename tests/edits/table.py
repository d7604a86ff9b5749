"""The table of edits: what each of them touches in a project, as a page of the docs."""

from __future__ import annotations

from pathlib import Path

from tests.edits.rows import PRESETS, ROWS, Row
from tests.edits.teams import Team
from tests.generated.edits import Dependency, Edit
from tests.generated.recipes import PATTERNS

PAGE = Path(__file__).parents[2] / "docs/reference/edits.md"
SAMPLE = [(row, PRESETS[n % 2], PATTERNS[n % 3]) for n, row in enumerate(ROWS)]
"""Each row once, in another preset and pattern than the one before."""
_HEAD = """\
# Edits a team makes

The tests make each of these edits in a new project. Then they add a service with an event and a workflow
step, and a field next to the edited lines, undo this, and do it again. Every command exits with 0, no
`.blueprint-new` files remain, the edit is intact, and pytest, ruff, mypy and the smoke test of the project
pass.

| edit | how | files | lines | tried in |
| --- | --- | --- | --- | --- |
"""
_FOOT = """
*Files* and *lines* count manual changes in the project of the last column. Separate tests cover
[SQL](../how-to/query-with-sql.md),
[SQLAlchemy](../how-to/use-sqlalchemy.md) and [dependencies](../how-to/add-a-dependency.md).
"""


def made(row: Row, preset: str, team: Team) -> tuple[Edit | Dependency, ...]:
    """The edits of a row, made in the project and not committed yet."""
    row.before(team)
    team.commit()
    edits = row.edits(preset)
    for edit in edits:
        edit.make(team.root)
    row.also(team)
    return edits


def touched(team: Team) -> tuple[int, int]:
    """How many files differ from the last commit, and how many lines are new or other ones."""
    team.git("add", "-AN")
    counts = [line.split("\t") for line in team.git("diff", "--numstat").splitlines()]
    files = [count for count in counts if not count[2].startswith(".blueprint/")]
    return len(files), sum(int(added) for added, _, _ in files if added != "-")


def line_of(row: Row, preset: str, pattern: str, counts: tuple[int, int]) -> str:
    files, lines = ("", "automatic") if row.by_program else counts
    page = row.page.rpartition("/")[2].replace("-", " ")
    link = f"[{page}](../{row.page}.md)"
    return f"| {row.name} | {link} | {files} | {lines} | {preset}, {pattern} |\n"


def page_of(counts: dict[str, tuple[int, int]]) -> str:
    """The page, with the counts of each row by its name."""
    lines = (line_of(row, preset, pattern, counts[row.name]) for row, preset, pattern in SAMPLE)
    return f"{_HEAD}{''.join(lines)}{_FOOT}"

"""What a team changes in a generated project goes through, and stays, whatever it does next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edits.rows import BESIDE, PRESETS, ROWS, Row
from tests.edits.table import PAGE, SAMPLE, line_of, made, touched
from tests.edits.teams import Team
from tests.generated.recipes import PATTERNS
from tests.generated.workshop import Workshop

REGENERATE = "run python -m tests.tools.regen_edits, and read the diff"
CASES = [(row, preset, pattern) for row in ROWS for preset in PRESETS for pattern in PATTERNS]


@pytest.mark.parametrize(
    ("row", "preset", "pattern"),
    [
        pytest.param(
            *case, marks=[] if case in SAMPLE else [pytest.mark.exhaustive], id="-".join(map(str, case))
        )
        for case in CASES
    ],
)
def test_an_edit_stays_while_the_project_goes_on(
    row: Row, preset: str, pattern: str, tmp_path: Path, workshop: Workshop
) -> None:
    team = Team.begin(tmp_path / "shop", preset, pattern, workshop)
    edits = made(row, preset, team)
    if (row, preset, pattern) in SAMPLE:
        assert line_of(row, preset, pattern, touched(team)) in PAGE.read_text("utf-8"), REGENERATE

    if row.answers:
        team.describe_routes()
    old, new = BESIDE[preset]
    team.goes_on(old=old, new=new, edits=edits)
    team.is_green()

"""Write the table of edits anew: `python -m tests.tools.regen_edits`, then read the diff."""

from pathlib import Path

from blueprint.scratch import scratch_folder
from tests.edits.table import PAGE, SAMPLE, made, page_of, touched
from tests.edits.teams import Team
from tests.generated.workshop import Workshop


def regenerate(folder: Path) -> None:
    counts: dict[str, tuple[int, int]] = {}
    workshop = Workshop(folder)
    for number, (row, preset, pattern) in enumerate(SAMPLE):
        team = Team.begin(folder / str(number) / "shop", preset, pattern, workshop)
        made(row, preset, team)
        counts[row.name] = touched(team)
    PAGE.write_text(page_of(counts), "utf-8")


if __name__ == "__main__":
    with scratch_folder() as scratch:
        regenerate(scratch)

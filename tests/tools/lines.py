"""Count the lines of code in generated projects, by who owns them: `python -m tests.tools.lines`.

A line counts if it is Python or SQL, and neither blank, a comment nor a docstring.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from blueprint.tree import FileBlob
from tests.docs.pages import DOCS, table, with_part
from tests.generated.recipes import PATTERNS, Recipe, tree_of
from tests.tools.code_lines import code_lines
from tests.tools.features import features_text, growth_text

PAGE = DOCS / "reference" / "lines.md"
COLUMNS = ("yours", "kit", "adapters", "wiring", "your tests", "its tests")


def lines_of(recipe: Recipe) -> Mapping[str, int]:
    """Column to lines, of the whole project."""
    counted: Counter[str] = Counter()
    for path, blob in tree_of(recipe).items():
        counted[column_of(PurePosixPath(path), blob)] += code_lines(path, blob.content.decode())
    return counted


def column_of(path: PurePosixPath, blob: FileBlob) -> str:
    """Who owns the file: the user from the start, or the tool, which writes it again."""
    if "tests" in path.parts or path.name in ("conftest.py", "smoke.py"):
        return "your tests" if blob.seeded else "its tests"
    if blob.seeded:
        return "yours"
    if "platform" in path.parts:
        return "adapters" if "adapters" in path.parts else "kit"
    return "wiring"


def lines_text() -> str:
    """A table of the shop, in each pattern."""
    rows = []
    for pattern in PATTERNS:
        lines = lines_of(Recipe("e-commerce", pattern))
        rows.append([pattern, *(f"{lines[column]:,}" for column in COLUMNS), f"{sum(lines.values()):,}"])
    return table(["pattern", *COLUMNS, "all"], rows)


def renewed_page() -> str:
    """The page as it should be."""
    page = with_part(PAGE.read_text("utf-8"), "lines", lines_text())
    page = with_part(page, "growth", growth_text())
    return with_part(page, "features", features_text())


if __name__ == "__main__":
    sys.stdout.write(f"{lines_text()}\n\n{growth_text()}\n\n{features_text()}\n")

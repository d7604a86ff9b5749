"""Count the lines of code in generated projects, by who owns them: `python -m tests.tools.lines`.

A line counts if it is Python or SQL, and neither blank, a comment nor a docstring.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from blueprint.tree import FileBlob
from tests.docs.pages import DOCS, table, with_part
from tests.generated.recipes import PATTERNS, Recipe, tree_of

PAGE = DOCS / "reference" / "lines.md"
COLUMNS = ("yours", "kit", "adapters", "wiring", "your tests", "its tests")
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


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


def code_lines(path: str, text: str) -> int:
    """How many lines of the file are code; 0 for a file in any other language."""
    if path.endswith(".py"):
        return len({*_with_tokens(text)} - {*_of_docstrings(text)})
    if path.endswith(".sql"):
        lines = (line.strip() for line in text.splitlines())
        return sum(bool(line) and not line.startswith("--") for line in lines)
    return 0


def _with_tokens(text: str) -> Iterator[int]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            yield from range(token.start[0], token.end[0] + 1)


def _of_docstrings(text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def lines_text() -> str:
    """A table of the shop, in each pattern."""
    rows = []
    for pattern in PATTERNS:
        lines = lines_of(Recipe("e-commerce", pattern))
        rows.append([pattern, *(f"{lines[column]:,}" for column in COLUMNS), f"{sum(lines.values()):,}"])
    return table(["pattern", *COLUMNS, "all"], rows)


def renewed_page() -> str:
    """The page as it should be."""
    return with_part(PAGE.read_text("utf-8"), "lines", lines_text())


if __name__ == "__main__":
    sys.stdout.write(lines_text() + "\n")

"""The pages, and the parts of them that are written by a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = [ROOT / "README.md", ROOT / "templates/README.md", *sorted(DOCS.rglob("*.md"))]

_FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)


def name_of(page: Path) -> str:
    """The page as seen from the root."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(text: str, *kinds: str) -> list[tuple[str, str]]:
    """The fenced blocks of these kinds: what stands behind the kind, and the text."""
    found = ((head.split(maxsplit=1), body) for head, body in _FENCE.findall(text))
    return [(" ".join(head[1:]), body) for head, body in found if head and head[0] in kinds]


def prose_of(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """What stands below a heading, down to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {heading}"
    return found[1]


def first_column(text: str) -> list[str]:
    """What is marked as code in the first column of the tables."""
    return re.findall(r"^\| `([^`|]+)`", text, re.MULTILINE)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def with_part(page: str, name: str, text: str) -> str:
    """The page with this text between `<!-- NAME -->` and `<!-- /NAME -->`."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    assert found and closed, f"the page has no {begin.strip()} and {end.strip()}"
    return f"{before}{begin}\n{text}\n\n{end}{after}"

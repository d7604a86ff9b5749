"""Every link of a page leads somewhere, and every page can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, name_of, prose_of

LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`\n]*`")
FILE = re.compile(r"`((?:blueprint|templates|tests)/[^`\s]*?)`")
OF_THE_SHOP = ("tests/workflows/", "tests/system.py", "tests/platform/")
"""Files of generated projects that pages speak of."""


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings, as they are made on the web."""
    headings = re.findall(r"^#+ (.*)$", prose_of(page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> Iterator[str]:
    """The links that stay in the repository."""
    for target in LINK.findall(CODE.sub("", prose_of(page.read_text("utf-8")))):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    for file in FILE.findall(prose_of(page.read_text("utf-8"))):
        if not file.startswith(OF_THE_SHOP) and not re.search(r"[A-Z*[]", file):
            assert (ROOT / file).exists(), file


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        linked = ((page.parent / link.partition("#")[0]).resolve() for link in links_of(page))
        ahead += [each for each in linked if each.suffix == ".md" and each not in seen]

    assert set(PAGES) - seen == set()


def test_the_index_names_every_page_of_each_kind() -> None:
    linked = set(links_of(DOCS / "README.md"))
    pages = [page.relative_to(DOCS).as_posix() for page in PAGES if DOCS in page.parents]

    assert [page for page in pages if page != "README.md" and page not in linked] == []

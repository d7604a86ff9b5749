"""The page as text: everything in it, every number beside its sources, nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from blueprint.report.comparing.formats import rendered
from tests.support.comparisons import SCENARIOS, SETTING, compared, comparison, needs_of
from tests.unit.report.comparing.tracing import numbers_in

VOID = {"meta", "input", "br", "img", "link"}
SILENT = {"script", "style", "title", "sup", "ol", "pre", "h1"}
"""Not said, or a source itself, or the reader's own words."""


class Texts(HTMLParser):
    """All texts that a reader sees, each with whether an element around it names what it rests on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self.tags: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append((tag, bool(dict(attrs).get("data-refs")), tag in SILENT))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1][0] == tag, f"</{tag}> closes <{self._open[-1][0]}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(silent for _, _, silent in self._open):
            self.found.append((data, any(traced for _, traced, _ in self._open)))

    def end(self) -> Texts:
        self.close()
        assert self._open == []
        return self


def texts(page: str) -> Texts:
    parser = Texts()
    parser.feed(page)
    return parser.end()


PAGES = {
    "nothing known": rendered(comparison(), "html", SETTING),
    "a rate": rendered(comparison("e-commerce-large", rate=1_000_000.0), "html", SETTING),
    "a problem": rendered(comparison(problem="scalability"), "html", SETTING),
    "one pattern": rendered(compared(needs_of("iot-small"), "monolith"), "html", SETTING),
    **{scenario: rendered(comparison(scenario), "html", SETTING) for scenario in SCENARIOS},
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@every_page
def test_every_number_stands_in_an_element_that_names_its_sources(page: str) -> None:
    assert [text for text, traced in texts(page).found if numbers_in(text) and not traced] == []


@every_page
def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not set(texts(page).tags) & {"img", "link", "iframe", "object", "video", "audio", "embed"}
    assert not re.search(r"<script[^>]+src|@import|url\(|fetch\(|XMLHttpRequest|import\(", page)
    assert "default-src 'none'" in page


@every_page
def test_every_id_is_there_once(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_holds_what_the_other_formats_hold() -> None:
    page = PAGES["a rate"]
    for part in (
        "Side by side",
        "Tipping points",
        "Cost over load",
        "Estimated scale",
        "The article, checked",
        "Sources",
    ):
        assert part in page


def test_what_the_user_wrote_is_never_markup() -> None:
    case = compared(replace(needs_of("iot-small"), name="</title><script>alert(1)</script>"))
    page = rendered(case, "html", SETTING)
    assert "<script>alert" not in page
    assert texts(page).tags.count("script") == 2

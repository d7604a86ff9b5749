"""The pictures of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT
from tests.tools.regen_screens import PICTURES

IMAGES = DOCS / "images"
LARGEST = 200_000
SHOWN = re.compile(r"\[[^]]*\]\(([^)\s]+\.(?:svg|png))\)")


def text_of(name: str) -> str:
    """What an SVG shows, without spaces: each word has its own place."""
    found = re.findall(r"<text[^>]*>([^<]*)</text>", (IMAGES / name).read_text("utf-8"))
    return re.sub(r"\s+", "", "".join(found).replace("&#160;", ""))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_small_and_on_a_page(name: str) -> None:
    shown = {
        (page.parent / link).resolve() for page in PAGES for link in SHOWN.findall(page.read_text("utf-8"))
    }
    assert IMAGES / name in shown
    assert 1000 < (IMAGES / name).stat().st_size < LARGEST


def test_every_picture_can_be_taken_again() -> None:
    assert {file.name for file in IMAGES.iterdir()} == set(PICTURES)


@pytest.mark.parametrize("name", [name for name in PICTURES if name.endswith(".svg")])
def test_a_picture_loads_nothing_and_tells_nothing_of_a_machine(name: str) -> None:
    svg = (IMAGES / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"url\((?!#)|href|@font-face|<script|https:", svg)
    assert "/tmp" not in svg  # noqa: S108
    assert str(Path.home()) not in svg


@pytest.mark.parametrize("name", ["run-80.svg", "run-140.svg"])
def test_the_pictures_of_run_show_an_order_in_its_services(name: str) -> None:
    shown = text_of(name)
    for text in ("POST /orders 201", "products.reserve done", "payments.charge done", "orders.confirm done"):
        assert text.replace(" ", "") in shown


def test_the_pictures_of_new_show_its_questions() -> None:
    assert "Whicharchitecturepattern?" in text_of("new-list.svg")
    assert "Writeit?(Y/n)" in text_of("new.svg")


def test_the_readme_shows_a_run() -> None:
    assert "docs/images/run-80.svg" in (ROOT / "README.md").read_text("utf-8")

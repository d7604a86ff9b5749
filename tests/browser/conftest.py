"""Debian's Chromium, or whichever there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from blueprint.report.comparing.formats import rendered
from tests.support.comparisons import SETTING, comparison
from tests.support.programs import require

# The sandbox needs rights that machines for tests rarely give, and there is no graphics card.
FLAGS = ["--no-sandbox", "--disable-gpu"]


@pytest.fixture(scope="module")  # as long as it is open no other test of this process can have an event loop
def browser() -> Iterator[Browser]:
    program = require("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a scenario in which nothing is clear."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(rendered(comparison("e-commerce-medium", rate=1_000_000.0), "html", SETTING), "utf-8")
    return file


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """The report, opened; whatever goes wrong on the page fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
    page.goto(report.as_uri())
    yield page
    context.close()
    assert wrong == []

"""Systems that `blueprint run` starts, and what a browser does with their pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

SWAGGERS_OWN = {"heading-order", "nested-interactive", "region"}
"""What axe finds in the markup of Swagger UI itself."""
HARMLESS = (
    "Failed to load resource",  # a status such as 401, which can be what a test wants
    "Deprecated: escaping deep link whitespace with `_`",  # of every link with an underscore
)
PATIENCE = 90_000
"""Milliseconds that a page may take on a busy machine."""
WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")


@contextmanager
def visitor(browser: Browser, origin: str, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """A tab in which errors, and requests to other origins, fail the test."""
    with browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        wrong: list[str] = []

        def note_message(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and not message.text.startswith(HARMLESS):
                wrong.append(message.text)

        def note_request(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != origin:
                wrong.append(request.url)

        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", note_message)
        page.on("request", note_request)
        yield page
        assert wrong == []


def findings(page: Page) -> set[str]:
    """The rules of axe that the page breaks."""
    return {found["id"] for found in Axe().run(page).response["violations"]}


def open_swagger(page: Page, origin: str, anchor: str = "") -> None:
    page.goto(f"{origin}/docs/{anchor}")
    page.wait_for_selector("#swagger .opblock")


def operation(page: Page, origin: str, anchor: str) -> Locator:
    """The operation, opened by its link."""
    open_swagger(page, origin, anchor)
    block = page.locator(f"#operations-{anchor.removeprefix('#/').replace('/', '-')}")
    block.locator(".execute").wait_for()
    return block


def execute(block: Locator) -> int:
    """The status that the operation answers."""
    if block.locator(".btn-clear").count():
        block.locator(".btn-clear").click()
    block.locator(".execute").click()
    status = block.locator(".live-responses-table .response-col_status").last
    return int(status.inner_text().split()[0])

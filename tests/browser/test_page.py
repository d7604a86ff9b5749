"""The report in a real browser: live with scripts, whole without, light and dark, on paper and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from blueprint.knowledge.comparison import Comparison, Request, compare, scores_of
from blueprint.knowledge.model import Interval
from blueprint.knowledge.prices import own_prices
from blueprint.knowledge.smaa import acceptability
from blueprint.knowledge.weights import weights_of
from blueprint.report.comparing.formats import rendered
from blueprint.report.comparing.wording import frequency
from tests.support.comparisons import SETTING, base, compared, comparison, needs_of

pytestmark = [pytest.mark.xdist_group("browser")]

SCENARIO = comparison("e-commerce-medium", rate=1_000_000.0)
HEADLINE = "Undecided between Monolith (first in 59 %, or 41 % with correlated errors)"


def move(page: Page, criterion: str, value: float) -> None:
    """Move a slider, and wait until the page has followed."""
    before = page.inner_text("#shares")
    slider = page.locator(f"#weight-{criterion}")
    slider.evaluate(
        "(slider, value) => {"
        " slider.value = value;"
        " slider.dispatchEvent(new Event('input', {bubbles: true}))"
        "}",
        value,
    )
    page.wait_for_function("before => document.getElementById('shares').innerText !== before", arg=before)


def shares(page: Page) -> dict[str, str]:
    rows = page.locator("#shares .row")
    return {
        rows.nth(index).locator(".name").inner_text(): rows.nth(index).locator(".share").inner_text()
        for index in range(rows.count())
    }


def calculated(weights: dict[str, Interval], case: Comparison = SCENARIO) -> dict[str, str]:
    """The same in Python."""
    scores = scores_of(base(), case.left.order)
    models = [acceptability(weights, scores, correlated=correlated) for correlated in (False, True)]
    return {
        base().patterns[id].title: " · ".join(frequency(found.first(id)) for found in models)
        for id in case.left.order
    }


def test_the_page_opens_with_the_answer_and_its_sliders(page: Page) -> None:
    assert page.inner_text("#headline").startswith(HEADLINE)
    assert page.locator("#weights input[type=range]").count() == len(base().criteria)
    assert page.locator("#weights").is_visible()


def test_the_script_draws_what_python_drew(page: Page) -> None:
    found, together = page.evaluate("() => [ranks(data.weights), ranks(data.weights, true)]")
    assert {id: tuple(ranks) for id, ranks in found.items()} == SCENARIO.left.acceptability.ranks
    assert {id: tuple(ranks) for id, ranks in together.items()} == SCENARIO.left.correlated.ranks


@pytest.mark.parametrize(
    ("criterion", "value"), [("independence", 95), ("simplicity", 2.5), ("scaling", 100)]
)
def test_a_slider_counts_as_a_weight_at_the_command_line(page: Page, criterion: str, value: float) -> None:
    stated = replace(SCENARIO.request.needs, weights={criterion: value})
    weights = {id: weight.range for id, weight in weights_of(stated, base()).items()}
    move(page, criterion, value)
    assert shares(page) == calculated(weights)
    assert page.inner_text("#command").endswith(f"--weight {criterion}={value:g}")


def test_the_address_of_the_page_holds_the_sliders(page: Page) -> None:
    move(page, "independence", 95)
    found, address = shares(page), page.url
    assert address.endswith("#independence=95")
    page.goto("about:blank")
    page.goto(address)
    assert shares(page) == found
    assert page.input_value("#weight-independence") == "95"


def test_the_leader_moves_to_the_top_and_into_the_headline(page: Page) -> None:
    move(page, "independence", 95)
    assert next(iter(shares(page))) == "Microservices"
    assert re.match(r"(Undecided between )?Microservices ", page.inner_text("#headline"))


def test_a_tipping_point_on_the_page_is_where_the_lead_changes(page: Page) -> None:
    row = page.locator("#tipping [data-criterion=independence] .note")
    assert row.inner_text() == "15 % → 20 % Microservices"
    move(page, "independence", 95)
    assert re.fullmatch(r"2\d % → \d+ % .+", row.inner_text())


def test_what_does_not_follow_the_sliders_says_so(page: Page) -> None:
    note = page.locator(".result .moved-note")
    assert not note.is_visible()
    move(page, "independence", 95)
    assert note.is_visible()


def test_the_button_brings_back_the_needs(page: Page) -> None:
    before = shares(page)
    move(page, "independence", 95)
    assert shares(page) != before
    page.click("#as-given")
    page.wait_for_function("() => !document.body.classList.contains('moved')")
    assert shares(page) == before
    assert page.inner_text("#headline").startswith(HEADLINE)


def test_a_gate_can_be_switched_off_as_at_the_command_line(browser: Browser, tmp_path: Path) -> None:
    needs = needs_of("e-commerce-small")
    given = comparison("e-commerce-small")
    without = compare(Request(needs, own_prices(), without_gates=("borders-unknown",)), base())
    assert given.left.order != without.left.order
    file = tmp_path / "gates.html"
    file.write_text(rendered(given, "html", SETTING), "utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(file.as_uri())
        assert "ruled out: borders-unknown" in page.inner_text("#shares")
        page.uncheck("#gate-borders-unknown")
        page.wait_for_function("() => document.body.classList.contains('moved')")
        weights = {id: weight.range for id, weight in without.weights.items()}
        assert shares(page) == calculated(weights, without)
        assert page.inner_text("#command").endswith("--for needs.yaml --without-gate borders-unknown")
        page.goto("about:blank")
        page.goto(f"{file.as_uri()}#without-gate=borders-unknown")
        assert shares(page) == calculated(weights, without)
        page.click("#as-given")
        assert "ruled out: borders-unknown" in page.inner_text("#shares")


def test_what_is_folded_begins_within_four_screens(page: Page) -> None:
    assert page.evaluate("document.querySelector('.folded').getBoundingClientRect().top") < 4 * 900
    assert page.locator(".bills .row").count() == len(SCENARIO.bills)


def test_a_click_on_a_criterion_shows_the_evidence_of_its_scores(page: Page) -> None:
    criterion = base().criteria["isolation"]
    row = page.locator(".scores details").nth(list(base().criteria).index(criterion.id))
    claim = row.locator("a[href='#source-series-availability']")
    assert not claim.is_visible()
    row.locator("summary").click()
    claim.wait_for(state="visible")
    for score in criterion.scores.values():
        for ref in (*score.pro, *score.con):
            assert base().claims[ref].statement.removesuffix(".") in row.inner_text()


def test_a_link_opens_what_is_folded_and_so_does_paper(page: Page) -> None:
    table = page.locator("#evidence table")
    assert not table.is_visible()
    page.click("nav a[href='#evidence']")
    table.wait_for(state="visible")
    assert not page.locator("#sources ol").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#sources ol").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator("#sources ol").is_visible()


def test_a_slider_can_be_moved_with_the_keyboard(page: Page) -> None:
    before = page.inner_text("#shares")
    page.focus("#weight-independence")
    for _ in range(30):
        page.keyboard.press("PageUp")
    page.wait_for_function("before => document.getElementById('shares').innerText !== before", arg=before)


def test_without_scripts_it_is_a_plain_report(browser: Browser, report: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.inner_text("#headline").startswith(HEADLINE)
        assert not page.locator("#weights").is_visible()
        assert page.locator("#curve svg polyline").count() == 3
        assert page.locator("#tipping .row").count() == len(base().criteria)
        assert page.locator(".sources li").count() > 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(browser: Browser, report: Path, scheme: str) -> None:
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        page = context.new_page()
        page.goto(report.as_uri())
        colours = page.evaluate(
            "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color, "
            "getComputedStyle(document.querySelector('.hint')).color]"
        )
        paper, ink, soft = (luminance(colour) for colour in colours)
        assert (paper < ink) == (scheme == "dark")
        assert contrast(paper, ink) > 10
        assert contrast(paper, soft) > 4.5


def luminance(colour: str) -> float:
    """Of `rgb(…)`, as accessibility guidelines calculate it."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("width", [320, 390, 800, 1920])
def test_nothing_is_wider_than_the_screen(browser: Browser, report: Path, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_is_nothing_to_move(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#weights").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.locator("#shares").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_every_mark_leads_to_a_source(page: Page) -> None:
    broken = page.evaluate(
        "() => [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert broken == []


def test_what_the_user_wrote_stays_text(browser: Browser, tmp_path: Path) -> None:
    name = "</script><img src=x onerror=alert(1)>\u2028<b>"
    case = compared(replace(needs_of("e-commerce-medium"), name=name))
    file = tmp_path / "odd.html"
    file.write_text(rendered(case, "html", SETTING), "utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(file.as_uri())
        assert name.replace("\u2028", " ").split("<b>")[0] in page.inner_text("h1").replace("\u2028", " ")
        assert page.locator("img").count() == 0
        assert page.locator("#weights").is_visible()


def test_with_one_pattern_left_the_page_still_works(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "one.html"
    file.write_text(rendered(comparison("e-commerce-small"), "html", SETTING), "utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(file.as_uri())
        page.locator("#weight-scaling").fill("90")
        page.wait_for_function("() => document.body.classList.contains('moved')")
        assert wrong == []
        assert "ruled out" in page.inner_text("#shares")

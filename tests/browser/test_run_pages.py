"""The start page and Swagger UI of a running system, as a developer sees them in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import (
    PATIENCE,
    SCHEMES,
    SWAGGERS_OWN,
    WIDTHS,
    execute,
    findings,
    open_swagger,
    operation,
    visitor,
)
from tests.conftest import PATTERNS
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.shop import open_shop
from tests.support.system import GATEWAY, System

expect.set_options(timeout=PATIENCE)

pytestmark = [pytest.mark.in_turns(3), pytest.mark.xdist_group("browser")]


def started(recipe: Recipe, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> System:
    return System(workshop.startable(recipe), tmp_path_factory.mktemp("pages") / "run.log")


@pytest.fixture(scope="module", params=PATTERNS)
def shop(
    request: pytest.FixtureRequest, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """The shop, whose users have passwords."""
    with started(Recipe("e-commerce", request.param), workshop, tmp_path_factory) as system:
        yield system


def test_the_start_page_lists_processes_routes_and_events(shop: System, browser: Browser) -> None:
    docs = shop.folder / "docs"
    openapi = json.loads((docs / "openapi.json").read_text())
    asyncapi = json.loads((docs / "asyncapi.json").read_text())
    operations = {f"{method.upper()} {path}" for path, item in openapi["paths"].items() for method in item}

    with visitor(browser, shop.url) as page:
        page.goto(shop.url)
        processes = page.get_by_role("region", name="Table of processes").locator("tbody th")
        routes = page.get_by_role("region", name="Table of routes").locator("tbody td:first-child")
        events = page.get_by_role("region", name="Table of events").locator("tbody td:first-child")

        assert set(processes.all_inner_texts()) == set(shop.services)
        assert {" ".join(text.split()) for text in routes.all_inner_texts()} == operations
        assert set(events.all_inner_texts()) == (set(asyncapi["channels"]) or {"none on a broker"})
        assert "blueprint data orders" in page.inner_text("body")


def test_every_link_of_the_start_page_leads_somewhere(shop: System, browser: Browser) -> None:
    with visitor(browser, shop.url) as page:
        page.goto(shop.url)
        links = page.evaluate("[...document.querySelectorAll('a[href], link[href]')].map(each => each.href)")

    assert {f"{process.url}/metrics" for process in shop.services.values() if process.name != GATEWAY} < set(
        links
    )
    answers = {link: httpx.get(link, trust_env=False).status_code for link in links}
    assert set(answers.values()) == {200}, answers


def test_a_route_of_the_start_page_opens_in_swagger_ui(shop: System, browser: Browser) -> None:
    with visitor(browser, shop.url) as page:
        page.goto(shop.url)
        page.get_by_role("link", name="GET /products", exact=True).click()
        block = page.locator("#operations-products-products_browse")
        block.locator(".execute").wait_for()
        assert execute(block) == 200


def test_who_logs_in_is_known_to_every_request_until_logging_out(shop: System, browser: Browser) -> None:
    with open_shop(shop.url) as api, visitor(browser, shop.url) as page:
        form = api.user_form()
        assert api.post("/users", form).status_code == 201
        me = operation(page, shop.url, "#/users/users_me")
        assert execute(me) == 401

        page.get_by_label("email", exact=True).fill(form["email"])
        page.get_by_label("password", exact=True).fill("not the password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("status")).not_to_be_empty()
        assert execute(me) == 401

        page.get_by_label("password", exact=True).fill(form["password"])
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("status")).to_contain_text("Logged in")
        assert execute(me) == 200

        me = operation(page, shop.url, "#/users/users_me")
        page.reload()
        me.locator(".execute").wait_for()
        assert execute(me) == 200

        page.get_by_role("button", name="Log out").click()
        assert execute(me) == 401


def test_a_login_in_swagger_ui_counts_too(shop: System, browser: Browser) -> None:
    with open_shop(shop.url) as api, visitor(browser, shop.url) as page:
        form = api.user_form()
        assert api.post("/users", form).status_code == 201
        login = operation(page, shop.url, "#/users/users_login")
        login.locator("textarea").fill(json.dumps({name: form[name] for name in ("email", "password")}))
        assert execute(login) == 200
        expect(page.get_by_role("status")).to_contain_text("Logged in")

        page.locator("#operations-users-users_me .opblock-summary-control").click()
        assert execute(page.locator("#operations-users-users_me")) == 200


def test_a_token_that_has_become_worthless_is_dropped(shop: System, browser: Browser) -> None:
    with visitor(browser, shop.url) as page:
        me = operation(page, shop.url, "#/users/users_me")
        page.evaluate("useToken('of yesterday')")
        assert execute(me) == 401
        expect(page.get_by_role("status")).to_contain_text("log in again")
        assert page.get_by_role("button", name="Log in").is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_fit_any_screen_and_can_be_read(shop: System, browser: Browser, scheme: str) -> None:
    for width in WIDTHS:
        with visitor(browser, shop.url, width, scheme) as page:
            page.goto(shop.url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert findings(page) == set()

            open_swagger(page, shop.url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert findings(page) <= SWAGGERS_OWN


def test_without_logins_there_is_no_login_form(
    workshop: Workshop, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        started(Recipe("blank", "monolith"), workshop, tmp_path_factory) as system,
        visitor(browser, system.url) as page,
    ):
        page.goto(system.url)
        assert findings(page) == set()
        create = operation(page, system.url, "#/notes/notes_create")
        assert page.locator("header form").count() == 0
        create.locator("textarea").fill(json.dumps({"title": "hello"}))
        assert execute(create) == 201


def test_the_provider_for_development_logs_anyone_in(
    workshop: Workshop, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    recipe = Recipe("e-commerce", "monolith", auth="oidc")
    with (
        started(recipe, workshop, tmp_path_factory) as system,
        visitor(browser, system.url) as page,
    ):
        me = operation(page, system.url, "#/users/users_me")
        assert execute(me) == 401
        page.get_by_label("name", exact=True).fill("Grace")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("status")).to_contain_text("Logged in")
        assert execute(me) == 200
        assert "Grace" in me.locator(".live-responses-table").inner_text()


def test_the_pages_end_with_the_run(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with started(Recipe("blank", "monolith"), workshop, tmp_path_factory) as system:
        assert httpx.get(f"{system.url}/docs", follow_redirects=True, trust_env=False).status_code == 200
        url = system.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)

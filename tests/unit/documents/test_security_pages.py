"""What the pages on security say is true of that project, and nothing is said that is not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from blueprint.cli.drafting import Options, draft
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath, Tree
from tests.unit.documents.specs import NOTEBOOK
from tests.unit.documents.test_readme import CATALOG, PATTERNS, tables_of

OWN_PAGE = (Path(__file__).parents[3] / "docs/SECURITY.md").read_text(encoding="utf-8")
ROOTS = ("", "src/shop/")
AUDIT = re.compile(r"^uvx pip-audit .*$", re.MULTILINE)

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


@cache
def shop(pattern: str) -> Tree:
    options = Options("shop", pattern, "fastapi", preset="e-commerce", database="postgresql")
    return render(draft(options, CATALOG).plan)


@cache
def notebook() -> Tree:
    return render(make_plan(load_spec(NOTEBOOK, "blueprint.yaml"), CATALOG, NOTEBOOK))


def page_of(tree: Tree) -> str:
    return tree[RelPath("SECURITY.md")].content.decode()


@every_pattern
def test_every_file_that_is_named_is_there(pattern: str) -> None:
    tree = shop(pattern)
    named = re.findall(r"`([\w./-]+\.(?:py|cfg|lock|yaml))`", page_of(tree))

    assert "users/login_limit.py" in named and "deploy/haproxy.cfg" in named
    for path in named:
        assert any(RelPath(root + path) in tree for root in ROOTS), path


@every_pattern
def test_what_the_gateway_passes_on_is_told_as_it_is_configured(pattern: str) -> None:
    told = re.search(r"the gateway routes (.*?), serves", page_of(shop(pattern)))
    caddyfile = shop(pattern)[RelPath("deploy/Caddyfile")].content.decode()

    routed = re.findall(r"^\t@\w+ path (.*)$", caddyfile, re.MULTILINE)
    assert told
    assert re.findall(r"`([^`]+)`", told[1]) == " ".join(routed).split()


@every_pattern
def test_every_table_has_the_same_columns_in_each_row(pattern: str) -> None:
    [table] = tables_of(page_of(shop(pattern)))

    assert {row.count("|") for row in table} == {4}


@pytest.mark.parametrize(
    ("words", "patterns"),
    [
        ("`BROKER_URL`", ["event-driven"]),
        ("`/internal/actions`", ["microservices"]),
        ("`DATABASE_URL`", PATTERNS),
    ],
)
def test_who_trusts_whom_is_that_of_the_pattern(words: str, patterns: list[str]) -> None:
    assert [pattern for pattern in PATTERNS if words in page_of(shop(pattern))] == patterns


def test_a_project_without_logins_speaks_of_none() -> None:
    page = page_of(notebook())

    assert not re.search(r"[Pp]assword is|Argon2|AUTH_|payment|PostgreSQL", page)
    assert "only failed logins are limited" not in page


def test_routes_that_everybody_may_use_are_named() -> None:
    assert "There is no authentication at `/notes`" in page_of(notebook())
    assert "There is no authentication" not in page_of(shop("monolith"))


def test_both_pages_look_for_weaknesses_in_the_same_way() -> None:
    assert AUDIT.findall(page_of(notebook())) == AUDIT.findall(OWN_PAGE) != []


def test_a_gateway_that_passes_on_nothing_is_told_so() -> None:
    services = "services: {mails: {actions: {send: {}}, jobs: {send: every 1h}}}\n"
    spec = f"version: 1\nname: quiet\npattern: event-driven\nstack: fastapi\n{services}"
    tree = render(make_plan(load_spec(spec, "blueprint.yaml"), CATALOG, spec))

    assert "the gateway routes nothing, serves" in page_of(tree)

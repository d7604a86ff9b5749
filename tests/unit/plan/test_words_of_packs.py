"""Whatever packs bring, a service or a project of the same name works, and takes the place of nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import PurePosixPath

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import Catalog, Pack
from blueprint.errors import SpecError
from blueprint.plan.model import Plan, Text
from blueprint.plan.planner import make_plan
from blueprint.plan.running import RUN_FILE
from blueprint.spec.load import load_spec

NEUTRAL = "zebras"
PLACEHOLDER = re.compile(r"\[[a-z]+\]")
TRACED = "tracing: opentelemetry\n"
PATTERNS = {
    "monolith": TRACED,
    "microservices": f"discovery: eureka\n{TRACED}",
    "event-driven": f"discovery: eureka\n{TRACED}",
}
SPEC = """\
version: 1
name: {project}
pattern: {pattern}
stack: fastapi
{choices}services:
  {service}:
    resource: {{weight: int, status: str}}
    publishes: {{created: calf.born, count: herd.counted}}
    actions: {{count: {{}}, feed: {{in: {{weight: int}}}}}}
  owls:
    resource: {{weight: int}}
    actions: {{hoot: {{}}, cry: {{}}}}
workflows:
  census: {{starts: owls.created, steps: [{service}.feed], success: owls.hoot, failure: owls.cry}}
"""


@cache
def catalog() -> Catalog:
    return load_catalog()


def words_of(pack: Pack) -> Iterator[str]:
    """All names of files, folders, processes and paths that the pack brings."""
    for file in pack.files:
        if file.section in ("files", "seed", "data"):
            yield from (part.split(".")[0] for part in file.path.split("/") if not PLACEHOLDER.search(part))
    for program in (pack.running.gateway, pack.running.helper):
        if program:
            yield program.name
    for routes in pack.routes.values():
        yield from (route.split("/")[1] for route in routes)


def words() -> list[str]:
    found = {word for pack in catalog().packs for word in words_of(pack)}
    kebab = {word.strip("_").replace("_", "-") for word in found}
    return sorted(word for word in kebab if re.fullmatch(r"[a-z][a-z0-9-]*", word))


def plan(pattern: str, project: str = "savanna", service: str = NEUTRAL) -> Plan:
    text = SPEC.format(project=project, service=service, pattern=pattern, choices=PATTERNS[pattern])
    return make_plan(load_spec(text, "blueprint.yaml"), catalog(), text)


def hidden_modules(paths: list[str]) -> set[str]:
    """The names that a folder has twice, as a package and as a module."""
    parents = {parent for path in paths for parent in PurePosixPath(path).parents}
    return {path for path in paths if path.endswith(".py") and PurePosixPath(path).with_suffix("") in parents}


def processes(plan: Plan) -> list[str]:
    source = next(file.source for file in plan.files if file.path == RUN_FILE)
    assert isinstance(source, Text)
    return [each["name"] for each in json.loads(source.text)["processes"]]


def refuse_clashes(named: Plan, neutral: Plan) -> None:
    paths: list[str] = [file.path for file in named.files]
    assert len(paths) == len(neutral.files)
    assert hidden_modules(paths) == set()
    assert max(Counter(processes(named)).values()) == 1
    assert len({path.casefold() for path in paths}) == len(paths)


def test_packs_bring_words() -> None:
    assert {"wiring", "dead-letters", "telemetry", "gateway", "login"} <= set(words())


GIVEN_AWAY = {"docs", "internal", "livez", "metrics", "readyz"}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("word", words())
def test_a_service_takes_the_place_of_nothing(word: str, pattern: str) -> None:
    if word in GIVEN_AWAY:
        with pytest.raises(SpecError, match=f"/{word} is the path of"):
            plan(pattern, service=word)
    else:
        refuse_clashes(plan(pattern, service=word), plan(pattern))


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("word", words())
def test_a_project_takes_the_place_of_nothing(word: str, pattern: str) -> None:
    refuse_clashes(plan(pattern, project=word), plan(pattern))


def test_a_path_of_the_preset_is_given_away_where_the_preset_is_chosen() -> None:
    preset = next(pack for pack in catalog().packs if pack.id == "e-commerce")
    text = (
        (preset.folder / "spec.yaml")
        .read_text()
        .replace("\nservices:\n", "\nservices:\n  login: {resource: {a: str}}\n")
    )

    with pytest.raises(
        SpecError, match='with the part "password-users" /login is a path of the service "users"'
    ):
        make_plan(load_spec(text, "blueprint.yaml"), catalog(), text)


@pytest.mark.parametrize(("database", "is_refused"), [("postgresql", True), ("sqlite", False)])
def test_a_column_that_every_table_has_is_no_field(database: str, is_refused: bool) -> None:
    text = SPEC.format(
        project="savanna", service=NEUTRAL, pattern="monolith", choices=f"database: {database}\n"
    )
    text = text.replace("{weight: int, status", "{xmin: int, status")
    refused = pytest.raises(SpecError, match='"xmin" cannot be a field: every table of PostgreSQL')

    with refused if is_refused else nullcontext():
        make_plan(load_spec(text, "blueprint.yaml"), catalog(), text)


@pytest.mark.parametrize("name", ["database_url", "broker_url", "operator_token", "payment_provider_url"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_setting_takes_the_place_of_nothing(name: str, pattern: str) -> None:
    """Of no pack: the pattern may be another one tomorrow."""
    spec = f"version: 1\nname: shop\npattern: {pattern}\nstack: fastapi\nservices:\n"
    spec += f"  zebras: {{resource: {{name: str}}, settings: {{{name}: str}}}}\n"

    with pytest.raises(SpecError) as raised:
        make_plan(load_spec(spec, "blueprint.yaml"), load_catalog(), spec)

    [problem] = raised.value.problems
    assert f'"{name}" cannot be a setting: {name.upper()} is a variable of' in problem.message
    assert (problem.code, problem.line) == ("reserved-name", 6)
    assert spec.splitlines()[5][(problem.column or 0) - 1 :].startswith(f"{name}: str")

"""What packs bring has names of its own: no service and no project can take the place of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
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
    assert not {f"/{each.name}" for each in named.spec.services} & {
        route for pack in catalog().packs for routes in pack.routes.values() for route in routes
    }


def test_packs_bring_words() -> None:
    assert {"wiring", "dead-letters", "telemetry", "gateway", "login"} <= set(words())


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("word", words())
def test_a_service_takes_the_place_of_nothing(word: str, pattern: str) -> None:
    try:
        named = plan(pattern, service=word)
    except SpecError as refusal:
        assert {problem.code for problem in refusal.problems} == {"reserved-name"}
    else:
        refuse_clashes(named, plan(pattern))


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("word", words())
def test_a_project_takes_the_place_of_nothing(word: str, pattern: str) -> None:
    try:
        named = plan(pattern, project=word)
    except SpecError as refusal:
        assert {problem.code for problem in refusal.problems} == {"reserved-name"}
    else:
        refuse_clashes(named, plan(pattern))

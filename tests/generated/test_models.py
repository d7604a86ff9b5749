"""Systems that everybody knows, and random ones, pass their own checks and start, in every pattern."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from tests.conftest import PATTERNS
from tests.generated.any_noun import HARD, ORDINARY
from tests.generated.models import MODELS, spec_of
from tests.generated.workshop import Workshop, output

CHECKS = ("pytest", "ruff check", "ruff format --check", "mypy")
SAMPLE = {("hospital", "microservices"), ("hotel", "event-driven"), ("sports", "monolith")}
RANDOM = 24
"""So many random specs are there on demand; the first of them is always tried."""


def passes_its_checks_and_runs(text: str, workshop: Workshop, folder: Path) -> None:
    for path, blob in render(make_plan(load_spec(text, "blueprint.yaml"), load_catalog(), text)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(blob.content)
    for check in CHECKS:
        workshop.run_in(folder, *check.split())
    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], folder)


@pytest.mark.parametrize("name", MODELS)
def test_a_system_that_everybody_knows_can_be_said(name: str) -> None:
    for pattern in PATTERNS:
        load_spec(spec_of(name, pattern), "blueprint.yaml")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        pytest.param(name, pattern, marks=() if (name, pattern) in SAMPLE else pytest.mark.exhaustive)
        for name in MODELS
        for pattern in PATTERNS
    ],
)
def test_a_system_that_everybody_knows_passes_its_checks_and_runs(
    name: str, pattern: str, workshop: Workshop, tmp_path: Path
) -> None:
    passes_its_checks_and_runs(spec_of(name, pattern), workshop, tmp_path / "acme")


NOUNS = st.sampled_from(sorted({*ORDINARY, *HARD} - {"api"}))
WORDS = st.sampled_from(
    ("name", "title", "text", "note", "size", "from", "to", "at", "class", "type", "list", "status", "json")
)
SCALARS = ("str", "int", "money", "bool", "time")
KINDS = [*SCALARS, *(f"list[{scalar}]" for scalar in SCALARS), "dose", "list[dose]"]
BOUNDS = ("", " >= 0", " > 2", " <= 9", " < 5", " == 3")


@st.composite
def fields(draw: st.DrawFn, nouns: list[str]) -> str:
    """The fields of a resource, of any type that there is."""
    written = []
    for name in draw(st.lists(WORDS, min_size=1, max_size=5, unique=True)):
        kind = draw(st.sampled_from(KINDS))
        optional = "?" if draw(st.booleans()) else ""
        bound = draw(st.sampled_from(BOUNDS)) if kind in ("int", "money") else ""
        unique = " unique" if kind == "str" and draw(st.integers(0, 5)) == 0 else ""
        written.append(f'{name}: "{kind}{optional}{unique}{bound}"')
    if nouns and draw(st.booleans()):
        written.append(f"other: ref({draw(st.sampled_from(nouns))})")
    return ", ".join(written)


@st.composite
def specs(draw: st.DrawFn) -> str:
    """A spec of a few services with rows, actions, events and reactions."""
    nouns = draw(st.lists(NOUNS, min_size=1, max_size=5, unique=True))
    services, told = [], []
    for number, noun in enumerate(nouns):
        parts = [f"resource: {{{draw(fields(nouns[:number]))}}}"]
        if draw(st.booleans()):
            inputs = "in: {text: str, when: 'time?'}, out: {count: int}"
            events = [f"thing.done{number}", f"thing.made{number}"]
            parts.append(f"actions: {{act{number}: {{{inputs}}}}}")
            parts.append(f"publishes: {{act{number}: {events[0]}, created: {events[1]}}}")
            told += events
        elif told:
            parts.append(f"reacts_to: {{{draw(st.sampled_from(told))}: follow{number}}}")
        services.append(f"  {noun}: {{{', '.join(parts)}}}\n")
    pattern = draw(st.sampled_from(PATTERNS))
    head = f"version: 1\nname: acme\npattern: {pattern}\nstack: fastapi\n"
    types = "types:\n  dose: {name: str, amount: int >= 1, at: 'time?'}\n"
    return f"{head}{types}services:\n{''.join(services)}"


def is_sound(text: str) -> bool:
    """Two nouns can have one singular: that is for the user to settle, and is told."""
    try:
        load_spec(text, "blueprint.yaml")
    except SpecError as error:
        assert {problem.code for problem in error.problems} <= {"same-name", "reserved-name"}, error.problems
        return False
    return True


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "count", [pytest.param(1), pytest.param(RANDOM, marks=pytest.mark.exhaustive)], ids=("one", "many")
)
def test_a_random_system_passes_its_checks_and_runs(
    count: int, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(specs().filter(is_sound))
    def start(text: str) -> None:
        passes_its_checks_and_runs(text, workshop, tmp_path_factory.mktemp("random") / "acme")

    start()

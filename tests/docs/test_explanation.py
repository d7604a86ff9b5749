"""The pages on the three patterns show what the preset declares and what follows from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.cli.main import run
from blueprint.documents.messages import messages
from blueprint.spec.load import load_spec
from tests.docs.pages import DOCS, PAGES, blocks_of, name_of
from tests.tools.regen_benchmarks import renewed

CHECKOUT = (DOCS / "explanation/the-checkout.md").read_text("utf-8")
PATTERNS = (DOCS / "explanation/three-patterns.md").read_text("utf-8")
[PRESET] = [pack for pack in load_catalog().offers("preset") if pack.id == "e-commerce"]
SOURCE = preset_source(PRESET, "shop", "event-driven", "fastapi")
SHOP = load_spec(SOURCE, "blueprint.yaml")
MONOLITH, MICROSERVICES, EVENT_DRIVEN = (text for _, text in blocks_of(CHECKOUT, "mermaid"))

ARROW = re.compile(r" *(\w+)(?:->>|-->>)(\w+): (.+)")
NOTE = re.compile(r" *note over (\w+): (.+)")
FRAME = re.compile(r" *(?:alt|else) \w+| *end")


def arrows_of(diagram: str) -> list[tuple[str, str, str]]:
    """Who tells whom what."""
    found = [ARROW.fullmatch(line) for line in diagram.splitlines()]
    return [(arrow[1], arrow[2], arrow[3]) for arrow in found if arrow]


def transactions(diagram: str) -> int:
    """How many there are if all goes well."""
    return len(re.findall(r"note over", diagram.partition(" else ")[0]))


def test_the_workflow_is_that_of_the_preset() -> None:
    [(_, shown)] = blocks_of(CHECKOUT, "yaml")

    assert shown in SOURCE


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_diagram_can_be_drawn(page: Path) -> None:
    for _, diagram in blocks_of(page.read_text("utf-8"), "mermaid"):
        kind, *lines = diagram.splitlines()
        actors = {line.split()[1] for line in lines if line.split()[0] in ("actor", "participant")}
        rest = lines[len(actors) :]
        assert kind == "sequenceDiagram"
        assert sum(" alt " in line for line in rest) == sum(line.strip() == "end" for line in rest)
        for line in rest:
            arrow, note = ARROW.fullmatch(line), NOTE.fullmatch(line)
            named = {arrow[1], arrow[2]} if arrow else {note[1]} if note else set()
            assert named <= actors and (named or FRAME.fullmatch(line)), line


def test_every_event_goes_from_who_tells_it_to_who_follows() -> None:
    told = {each.event: each for each in messages(SHOP)}

    for sender, receiver, event in arrows_of(EVENT_DRIVEN):
        if receiver == "broker":
            assert told[event].occurrence.action.service == sender
        if sender == "broker":
            assert receiver in {follower.action.service for follower in told[event].followers}


def test_every_call_is_of_an_action_of_the_one_that_is_asked() -> None:
    calls = [call for call in arrows_of(MICROSERVICES) if "/internal/" in call[2]]

    assert [receiver for _, receiver, _ in calls] == ["products", "payments", "products"]
    for _, receiver, path in calls:
        service, action = path.removeprefix("POST /internal/actions/").split(".")
        assert service == receiver
        assert SHOP.service(service).action(action)


def test_the_commits_of_the_table_are_the_transactions_of_the_diagrams() -> None:
    [row] = re.findall(r"^\| commits .* \| (\d+) \| (\d+) \| (\d+) \|$", PATTERNS, re.MULTILINE)

    assert list(map(int, row)) == [transactions(each) for each in (MONOLITH, MICROSERVICES, EVENT_DRIVEN)]


def test_the_figures_are_those_of_the_benchmarks() -> None:
    benchmarks = (DOCS / "benchmarks.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([a-z][^|]*?) \| ([\d. |]+) \|$", PATTERNS, re.MULTILINE))
    memory = re.findall(r"^\| all \| (.*) \|$", benchmarks, re.MULTILINE)
    patterns = ("monolith", "microservices", "event-driven")

    def figures(section: str) -> list[list[str]]:
        """The row of each pattern in the first table of a section that has one."""
        text = benchmarks.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        found = (re.search(rf"^\| {pattern} \| (.*) \|$", text, re.MULTILINE) for pattern in patterns)
        return [row[1].split(" | ") for row in found if row]

    starts, reads = figures("From `new` to the first response"), figures("Reads per second")
    assert rows["memory of all processes, MiB"] == memory[0]
    assert rows["from `new` to the first response, s"] == " | ".join(row[0].split()[0] for row in starts)
    assert rows["reads from SQLite for each second of processor time"] == " | ".join(
        row[2].replace(",", "") for row in reads
    )


def test_the_tables_are_those_of_the_recorded_results() -> None:
    page = (DOCS / "benchmarks.md").read_text("utf-8")
    assert page == renewed(page), "run python -m tests.tools.regen_benchmarks"


def test_another_pattern_leaves_the_code_of_services_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop", "-p", "monolith", "--preset", "e-commerce", "-y", "--no-git"]) == 0
    spec, actions = tmp_path / "shop/blueprint.yaml", tmp_path / "shop/src/shop/products/actions.py"
    actions.write_text(f"{actions.read_text()}\n# mine\n")
    before = {service: code_of(tmp_path / "shop", service) for service in ("orders", "products", "payments")}

    spec.write_text(spec.read_text().replace("pattern: monolith", "pattern: event-driven"))
    assert run(["sync", "shop"]) == 0

    assert before == {service: code_of(tmp_path / "shop", service) for service in before}
    assert (tmp_path / "shop/src/shop/platform/workflows/choreography.py").exists()
    assert not (tmp_path / "shop/src/shop/platform/workflows/orchestration.py").exists()
    assert run(["check", "shop"]) == 0


def code_of(project: Path, service: str) -> dict[str, bytes]:
    folder = project / "src/shop" / service
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

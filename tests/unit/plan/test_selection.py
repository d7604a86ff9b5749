from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem, SpecError
from tests.unit.catalog.toys import SPEC, manifest, toy_packs, toy_plan


def labels(root: Path, packs: dict[str, dict[str, str]], spec: str = SPEC) -> list[str]:
    return [pack.label for pack in toy_plan(root, packs, spec).packs]


def problems(root: Path, packs: dict[str, dict[str, str]], spec: str) -> tuple[Problem, ...]:
    with pytest.raises(SpecError) as raised:
        toy_plan(root, packs, spec)
    return raised.value.problems


def test_packs_come_in_the_order_of_their_layers(tmp_path: Path) -> None:
    assert labels(tmp_path, toy_packs()) == [
        "base/base",
        "stack/toy",
        "pattern/many",
        "database/file",
        "broker/log",
    ]


def test_what_the_pattern_does_not_take_is_not_taken(tmp_path: Path) -> None:
    spec = SPEC.replace("many", "one") + "broker: log\n"

    assert "broker/log" not in labels(tmp_path, toy_packs(), spec)


def test_what_is_named_comes_on_top_of_the_default(tmp_path: Path) -> None:
    packs = toy_packs() | {"ants": {"pack.yaml": manifest("broker", "ants")}}

    assert labels(tmp_path, packs, SPEC + "broker: ants\n")[-2:] == ["broker/log", "broker/ants"]


def test_the_default_may_be_named(tmp_path: Path) -> None:
    assert labels(tmp_path, toy_packs(), SPEC + "broker: log\n")[-1:] == ["broker/log"]


def test_a_broker_in_a_folder_of_its_own_can_be_chosen_without_any_other_change(tmp_path: Path) -> None:
    packs = toy_packs() | {"elsewhere": {"pack.yaml": manifest("broker", "pigeons", "stack: toy\n")}}

    assert "broker/pigeons@toy" in labels(tmp_path, packs, SPEC + "broker: pigeons\n")


def test_the_parts_that_a_pattern_uses_come_along(tmp_path: Path) -> None:
    packs = toy_packs() | {"part": {"pack.yaml": manifest("part", "wings")}}
    packs["many"]["pack.yaml"] += "uses: [wings]\n"

    assert labels(tmp_path, packs)[2:4] == ["part/wings", "pattern/many"]


def test_a_part_that_is_not_there_is_a_fault_of_the_pack(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["many"]["pack.yaml"] += "uses: [wings]\n"

    with pytest.raises(PackError, match='pattern/many uses the unknown part "wings"'):
        toy_plan(tmp_path, packs)


@pytest.mark.parametrize(
    "kind", ["pattern", "stack", "preset", "database", "broker", "discovery", "tracing", "auth"]
)
def test_what_the_catalogue_does_not_have_is_told_where_it_is_asked_for(tmp_path: Path, kind: str) -> None:
    asked = f"{kind}: nothing-like-it\n"
    spec = "".join(line for line in SPEC.splitlines(True) if not line.startswith(f"{kind}:")) + asked

    (problem,) = problems(tmp_path, toy_packs(), spec)

    assert problem.code == f"unknown-{kind}"
    assert problem.message == f'there is no {kind} "nothing-like-it"'
    assert problem.location == f"blueprint.yaml:{len(spec.splitlines())}:{len(kind) + 3}"


def test_a_slip_of_the_pen_gets_a_guess_and_all_that_there_is(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, toy_packs(), SPEC.replace("pattern: many", "pattern: mny"))

    assert problem.hint == 'did you mean "many"? there is many, one'


def test_a_pack_of_another_stack_is_told_apart_from_none_at_all(tmp_path: Path) -> None:
    packs = toy_packs() | {"kafka": {"pack.yaml": manifest("broker", "kafka", "stack: other\n")}}

    (problem,) = problems(tmp_path, packs, SPEC + "broker: kafka\n")

    assert problem.message == 'the broker "kafka" cannot be combined with the stack "toy"'
    assert problem.hint == "there is log"


def test_a_pattern_that_takes_a_broker_needs_one(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["log"]["pack.yaml"] = manifest("broker", "log")

    (problem,) = problems(tmp_path, packs, SPEC)

    assert problem.message == 'the pattern "many" takes a broker, and the spec names none'
    assert problem.hint == 'add "broker: ..." at the top level: log'
    assert problem.line == 3


@pytest.mark.parametrize(("services", "is_there"), [("[products, animals]", True), ("[animals]", False)])
def test_a_preset_is_there_as_long_as_one_of_its_services_is(
    services: str, is_there: bool, tmp_path: Path
) -> None:
    packs = toy_packs() | {"zoo": {"pack.yaml": manifest("preset", "zoo", f"services: {services}\n")}}

    assert ("preset/zoo" in labels(tmp_path, packs, SPEC + "preset: zoo\n")) is is_there


def test_all_that_is_wrong_is_said_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    spec = SPEC.replace("many", "x").replace("toy", "y") + "broker: z\n"

    assert [problem.code for problem in problems(tmp_path, toy_packs(), spec)] == [
        "unknown-pattern",
        "unknown-stack",
        "unknown-broker",
    ]


def test_what_is_an_option_comes_where_it_is_named_with_its_default(tmp_path: Path) -> None:
    packs = toy_packs() | {
        "list": {"pack.yaml": manifest("discovery", "list", "default: true\n")},
        "bees": {"pack.yaml": manifest("discovery", "bees")},
    }
    packs["many"]["pack.yaml"] += "options: [discovery]\n"

    assert not any("discovery" in label for label in labels(tmp_path / "without", packs))
    named = labels(tmp_path / "with", packs, SPEC + "discovery: bees\n")
    assert named[-2:] == ["discovery/list", "discovery/bees"]


def test_a_part_comes_along_where_the_spec_has_what_it_is_for(tmp_path: Path) -> None:
    packs = toy_packs() | {"clock": {"pack.yaml": manifest("part", "clock", "stack: toy\nwhen: jobs\n")}}
    jobs = SPEC + "    actions: {sweep: {}}\n    jobs: {sweep: every 1h}\n"

    assert "part/clock@toy" not in labels(tmp_path, packs)
    assert labels(tmp_path, packs, jobs).count("part/clock@toy") == 1


def test_a_part_that_is_used_as_well_is_taken_once(tmp_path: Path) -> None:
    packs = toy_packs() | {"clock": {"pack.yaml": manifest("part", "clock", "stack: toy\nwhen: jobs\n")}}
    packs["many"]["pack.yaml"] += "uses: [clock]\n"
    jobs = SPEC + "    actions: {sweep: {}}\n    jobs: {sweep: every 1h}\n"

    assert labels(tmp_path, packs, jobs).count("part/clock@toy") == 1


@pytest.mark.parametrize(
    ("kind", "when", "message"),
    [
        ("part", "weather", 'unknown value "weather"'),
        ("broker", "jobs", 'only a part has the key "when"'),
    ],
)
def test_a_pack_that_is_there_for_nothing_is_told(tmp_path: Path, kind: str, when: str, message: str) -> None:
    packs = toy_packs() | {"odd": {"pack.yaml": manifest(kind, "odd", f"when: {when}\n")}}

    with pytest.raises(PackError) as raised:
        labels(tmp_path, packs)

    assert [problem.message for problem in raised.value.problems] == [message]

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from blueprint.catalog.load import catalog_of, load_catalog
from blueprint.catalog.model import LAYERS, Pack
from blueprint.errors import UsageError
from tests.unit.catalog.toys import manifest, toy_catalog, toy_packs, write_packs


def only(root: Path, text: str, **files: str) -> Pack:
    (pack,) = toy_catalog(root, {"some/where": {"pack.yaml": text, **files}}).packs
    return pack


def test_the_packs_that_ship_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert {pack.kind for pack in load_catalog().packs} >= {"base", "stack", "pattern", "database", "preset"}


def test_an_extra_folder_adds_packs(tmp_path: Path) -> None:
    write_packs(tmp_path, {"anywhere/below": {"pack.yaml": manifest("broker", "pigeons")}})

    assert load_catalog([tmp_path]).find("broker", "pigeons")


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is not a folder"):
        catalog_of([tmp_path / "nowhere"])


def test_all_of_a_manifest_is_read(tmp_path: Path) -> None:
    text = manifest(
        "pattern",
        "swarm",
        """\
stack: toy
default: true
deployables: per-service
ports: [broker]
uses: [bees]
services: [hives]
routes: {hives: [/honey]}
environment:
  - {name: HIVE, value: "{process}", about: where they live, service: hives}
  - {name: STING, secret: true, about: hurts}
run:
  process: {command: [bee, "{port}"], ready: /readyz}
  gateway: {name: gate, command: [gate], ready: /livez}
  secrets: [bee, secrets]
  smoke: [bee, smoke]
  environment: {path: .hive}
""",
    )

    pack = only(tmp_path, text)

    assert (pack.kind, pack.id, pack.stack, pack.default) == ("pattern", "swarm", "toy", True)
    assert (pack.deployables, pack.ports, pack.uses) == ("per-service", ("broker",), ("bees",))
    assert (pack.services, pack.routes) == (("hives",), {"hives": ("/honey",)})
    assert [variable.value for variable in pack.environment] == ["{process}", None]
    assert pack.running.process and pack.running.process.command == ("bee", "{port}")
    assert pack.running.gateway and pack.running.gateway.name == "gate"
    assert (pack.running.secrets, pack.running.smoke) == (("bee", "secrets"), ("bee", "smoke"))
    assert pack.running.environment == {"path": ".hive"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (manifest("broker", "x", "titel: X\n"), 'unknown key "titel"'),
        ("kind: broker\nid: x\ntitle: X\n", 'the key "summary" is missing'),
        (manifest("brokr", "x"), 'unknown value "brokr"'),
        (manifest("broker", "X Y"), '"X Y" is not a plain id'),
        (manifest("pattern", "x"), 'a pattern, and nothing else, has the key "deployables"'),
        (
            manifest("broker", "x", "deployables: one\n"),
            'a pattern, and nothing else, has the key "deployables"',
        ),
        (manifest("broker", "x", "ports: [brokers]\n"), 'unknown value "brokers"'),
        (manifest("broker", "x", "environment: [{name: A, about: b}]\n"), "either a value or"),
        (manifest("broker", "x", "environment: [{name: A, value: b}]\n"), "a name, an about"),
        (
            manifest("broker", "x", "environment: [{name: A, about: b, value: c, secret: true}]\n"),
            "either a value or",
        ),
        (manifest("broker", "x", "run: {gateway: {name: g, port: 1}}\n"), 'unknown key "port"'),
        ("kind: [\n", "this is not YAML"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_told_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(PackError, match=message) as raised:
        only(tmp_path, text)

    assert raised.value.problems[0].path == str(tmp_path / "some/where/pack.yaml")
    assert raised.value.problems[0].line


def test_a_pack_that_is_there_twice_names_both_folders(tmp_path: Path) -> None:
    packs = {folder: {"pack.yaml": manifest("broker", "log")} for folder in ("here", "there")}

    with pytest.raises(PackError, match=f"{tmp_path / 'here'} and {tmp_path / 'there'}"):
        toy_catalog(tmp_path, packs)


def test_one_id_can_be_there_for_two_stacks(tmp_path: Path) -> None:
    packs = {
        stack: {"pack.yaml": manifest("broker", "log", f"stack: {stack}\n")} for stack in ("red", "blue")
    }

    catalog = toy_catalog(tmp_path, packs)

    assert [pack.stack for pack in catalog.offers("broker", "red")] == ["red"]


def test_what_is_made_for_the_stack_takes_the_place_of_what_goes_with_any(tmp_path: Path) -> None:
    packs = {
        "any": {"pack.yaml": manifest("broker", "log")},
        "red": {"pack.yaml": manifest("broker", "log", "stack: red\n")},
    }

    catalog = toy_catalog(tmp_path, packs)

    assert [pack.stack for pack in catalog.offers("broker", "red")] == ["red"]
    assert [pack.stack for pack in catalog.offers("broker", "blue")] == [None]


def test_the_default_is_offered_first(tmp_path: Path) -> None:
    packs = {
        "a": {"pack.yaml": manifest("broker", "a")},
        "b": {"pack.yaml": manifest("broker", "b")},
        "c": {"pack.yaml": manifest("broker", "c", "default: true\n")},
    }

    assert [pack.id for pack in toy_catalog(tmp_path, packs).offers("broker")] == ["c", "a", "b"]


def test_the_files_of_a_pack_keep_their_executable_bit_and_leave_junk_behind(tmp_path: Path) -> None:
    packs = {"p": {"pack.yaml": manifest("base", "b"), "files/run.sh": "", "files/__pycache__/x.pyc": ""}}
    write_packs(tmp_path, packs)
    (tmp_path / "p/files/run.sh").chmod(0o755)

    (pack,) = catalog_of([tmp_path]).packs

    assert [(file.section, file.path, file.executable) for file in pack.files] == [("files", "run.sh", True)]


def test_a_pack_yaml_inside_a_pack_is_a_file_like_any_other(tmp_path: Path) -> None:
    packs = {"p": {"pack.yaml": manifest("base", "b"), "files/pack.yaml": "anything"}}

    (pack,) = toy_catalog(tmp_path, packs).packs

    assert [file.path for file in pack.files] == ["pack.yaml"]


def test_the_order_of_packs_does_not_depend_on_their_folders(tmp_path: Path) -> None:
    packs = toy_packs()
    renamed = {f"{len(packs) - index}": files for index, files in enumerate(packs.values())}

    labels = [
        [pack.label for pack in toy_catalog(tmp_path / n, p).packs] for n, p in (("a", packs), ("b", renamed))
    ]

    assert labels[0] == labels[1]


def test_every_kind_has_a_layer() -> None:
    assert {pack.kind for pack in load_catalog().packs} <= set(LAYERS)

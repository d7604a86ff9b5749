from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from blueprint.plan.model import Copy, Merge, PlannedFile, Template
from blueprint.tree import RelPath
from tests.unit.catalog.toys import SPEC, toy_packs, toy_plan


def files(root: Path, pack: str, **content: str) -> dict[RelPath, PlannedFile]:
    packs = toy_packs()
    packs[pack] |= content
    return {file.path: file for file in toy_plan(root, packs).files}


def test_a_path_holds_the_package(tmp_path: Path) -> None:
    assert "src/web_shop/a.py" in files(tmp_path, "stack", **{"files/src/[package]/a.py.j2": ""})


def test_a_path_about_services_is_a_file_for_each(tmp_path: Path) -> None:
    planned = files(tmp_path, "stack", **{"files/[service]/[service].sql.j2": ""})

    sources = [
        planned[RelPath(path)].source for path in ("products/products.sql", "order_items/order_items.sql")
    ]

    assert [isinstance(each, Template) and each.subject.service.name for each in sources] == [
        "products",
        "order-items",
    ]


def test_a_path_about_deployables_is_a_file_for_each_process(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["stack"]["files/[deployable].py.j2"] = ""

    many = toy_plan(tmp_path / "many", packs)
    one = toy_plan(tmp_path / "one", packs, SPEC.replace("many", "one"))

    assert {"products.py", "order_items.py"} <= {file.path for file in many.files}
    assert {"web_shop.py"} <= {file.path for file in one.files}
    assert [service.name for service in one.deployables[0].services] == ["products", "order-items"]


def test_a_path_about_versions_is_a_file_for_each_that_follows_another(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["stack"]["seed/[version].py.j2"] = ""
    versions = (
        "  orders:\n    resource: {buyer: str}\n    publishes: {created: [order.placed, order.placed.v2]}\n"
        "events: {order.placed: {order_id: str}}\n"
    )

    plain = toy_plan(tmp_path / "plain", packs)
    planned = toy_plan(tmp_path / "versions", packs, SPEC.rstrip() + "\n" + versions)

    new = {file.path for file in planned.files} - {file.path for file in plain.files}
    assert [path for path in new if path.endswith(".py")] == ["order_placed_v2.py"]


def test_what_events_hold_is_described_for_each_version(tmp_path: Path) -> None:
    orders = "  orders: {resource: {buyer: str}, publishes: {created: order.placed.v2}}\n"
    history = "events: {order.placed: {order_id: str}}\n"

    planned = toy_plan(tmp_path, toy_packs(), SPEC.rstrip() + "\n" + orders + history)

    described = [file.path for file in planned.files if file.path.startswith("docs/events/")]
    assert described == [
        "docs/events/order.placed.sample.json",
        "docs/events/order.placed.schema.json",
        "docs/events/order.placed.v2.sample.json",
        "docs/events/order.placed.v2.schema.json",
    ]


def test_only_what_ends_in_j2_is_a_template(tmp_path: Path) -> None:
    planned = files(tmp_path, "stack", **{"files/a.txt.j2": "", "files/b.txt": ""})

    assert isinstance(planned[RelPath("a.txt")].source, Template)
    assert isinstance(planned[RelPath("b.txt")].source, Copy)


def test_a_seed_is_the_users_and_a_file_is_not(tmp_path: Path) -> None:
    planned = files(tmp_path, "stack", **{"seed/mine.py": "", "files/yours.py": ""})

    assert planned[RelPath("mine.py")].seeded
    assert not planned[RelPath("yours.py")].seeded


def test_the_spec_itself_is_written_as_it_came_and_is_the_users(tmp_path: Path) -> None:
    planned = files(tmp_path, "stack", **{"files/blueprint.yaml": "not this"})

    assert planned[RelPath("blueprint.yaml")].seeded
    assert planned[RelPath("blueprint.yaml")].source.text == SPEC


def test_a_higher_layer_replaces_the_file_of_a_lower_one(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["stack"]["seed/[service]/actions.py.j2"] = "default"
    packs["log"]["seed/products/actions.py"] = "by hand"

    source = next(
        file.source for file in toy_plan(tmp_path, packs).files if file.path == "products/actions.py"
    )

    assert isinstance(source, Copy)
    assert source.origin.pack.label == "broker/log"


def test_data_of_two_packs_becomes_one_file(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["log"]["data/conf/app.toml.yaml"] = "a: 1"
    packs["base"]["data/conf/app.toml.yaml"] = "b: 1"

    source = next(file.source for file in toy_plan(tmp_path, packs).files if file.path == "conf/app.toml")

    assert isinstance(source, Merge)
    assert [each.origin.pack.label for each in source.contributions] == ["base/base", "broker/log"]


def test_data_in_one_pack_and_text_in_another_names_both(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["log"]["data/app.toml.yaml"] = "a: 1"
    packs["base"]["files/app.toml"] = "b = 1"

    with pytest.raises(
        PackError, match=r"app\.toml is data in one pack and text in another: base/base, broker/log"
    ):
        toy_plan(tmp_path, packs)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("files/[pakage]/a.py", r"the path contains the unknown placeholder \[pakage\]"),
        ("files/[service]/[deployable].py", "a path cannot contain deployable and service together"),
        ("files/con/a.py", "not a path inside a project"),
        ("files/a:b.py", "not a path inside a project"),
        ("data/app.toml", "data must be YAML"),
    ],
)
def test_a_path_that_makes_no_sense_names_the_file(tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(PackError, match=message) as raised:
        files(tmp_path, "stack", **{path: ""})

    assert raised.value.problems[0].path == str(tmp_path / "stack" / path)


def test_requirements_of_all_packs_become_two_locks(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["stack"] |= {"lock/runtime.txt": "", "lock/dev.txt": ""}
    packs["log"] |= {"lock/runtime.txt": ""}

    planned = {file.path: file.source for file in toy_plan(tmp_path, packs).files}

    assert len(planned[RelPath("requirements.lock")].origins) == 2
    assert len(planned[RelPath("requirements-dev.lock")].origins) == 3


def test_the_same_spec_and_packs_are_the_same_plan(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["stack"]["files/[service].py.j2"] = ""

    assert toy_plan(tmp_path, packs) == toy_plan(tmp_path, packs)

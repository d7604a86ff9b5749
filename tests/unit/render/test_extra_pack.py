"""A new broker is a folder: no line of Python and no other pack changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import Tree
from tests.unit.catalog.toys import manifest, write_packs
from tests.unit.render.support import text

PIGEONS = {
    "pack.yaml": manifest(
        "broker",
        "pigeons",
        "stack: fastapi\nenvironment: [{name: BROKER_URL, value: 'pigeon://{package}', about: the loft}]\n",
    ),
    "files/src/[package]/platform/adapters/pigeons.py.j2": "from {{ package }}.platform import broker\n"
    "class Pigeons(broker.Broker): ...\n",
    "slots/brokers.imports.j2": "from {{ package }}.platform.adapters.pigeons import Pigeons\n",
    "slots/brokers.open.j2": '    if url.startswith("pigeon:"):\n        return Pigeons()\n',
    "data/pyproject.toml.yaml": "project: {dependencies: [pigeons>=1]}",
    "lock/runtime.txt": f"pigeons==1.0 --hash=sha256:{'a' * 64}\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Tree:
    write_packs(tmp_path, {"pigeons": PIGEONS})
    catalog = load_catalog([tmp_path])
    preset = catalog.find("preset", "e-commerce", "fastapi")
    assert preset
    source = preset_source(preset, "shop", "event-driven", "fastapi", broker="pigeons")
    return render(make_plan(load_spec(source, "blueprint.yaml"), catalog, source))


def test_it_is_offered(tmp_path: Path) -> None:
    write_packs(tmp_path, {"pigeons": PIGEONS})

    assert "pigeons" in [pack.id for pack in load_catalog([tmp_path]).offers("broker", "fastapi")]


def test_its_adapter_stands_beside_the_default(project: Tree) -> None:
    adapters = {path for path in project if "platform/adapters/" in path}

    assert "src/shop/platform/adapters/pigeons.py" in adapters
    assert "src/shop/platform/adapters/sqlite_log.py" in adapters


def test_its_fragments_stand_where_the_stack_asks_for_them(project: Tree) -> None:
    asked = [path for path in project if path.endswith(".py") and "return Pigeons()" in text(project, path)]

    assert len(asked) == 1
    assert "from shop.platform.adapters.pigeons import Pigeons" in text(project, asked[0])


def test_its_requirements_and_its_variable_reach_the_project(project: Tree) -> None:
    processes = json.loads(text(project, ".blueprint/run.json"))["processes"]

    assert processes[0]["env"]["BROKER_URL"] == "pigeon://shop"
    assert "pigeons==1.0" in text(project, "requirements.lock")
    assert '"pigeons>=1"' in text(project, "pyproject.toml")
    assert "BROKER_URL=pigeon://shop" in text(project, ".env.example")

"""Shops of an earlier version, edited by their team, follow this one: edits stay, and all of it runs."""

from __future__ import annotations

import ast
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
from tests.generated.workshop import Workshop
from tests.support.programs import require

HERE = Path(__file__).parent
GOLDENS = HERE.parent / "goldens"
PATTERNS = ("monolith", "microservices", "event-driven")
REPORT = '''\
"""What we tell the office each morning."""

from shop.platform import telemetry
from shop.platform.actions import Deed, Refused
from shop.platform.database import Reader

NAMES = (Deed.__name__, Refused.__name__, Reader.__name__, telemetry.__name__)
'''


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file that a team has changed, and where the file is afterwards."""

    before: str
    after: str
    old: str
    new: str


PLATFORM = "src/shop/platform"
EDITS = (
    Edit(f"{PLATFORM}/pages.py", f"{PLATFORM}/http/pages.py", "limit: int = 20", "limit: int = 33"),
    Edit(
        f"{PLATFORM}/actions.py",
        f"{PLATFORM}/workflows/actions.py",
        "Call = Callable[[Any], Awaitable[Any]]\n",
        "Call = Callable[[Any], Awaitable[Any]]  # read by the office, too\n",
    ),
    Edit(f"{PLATFORM}/settings.py", f"{PLATFORM}/settings.py", "min_length=16", "min_length=17"),
    Edit("src/shop/flows.py", "src/shop/flows.py", "CHECKOUT = Workflow(", "CHECKOUT = Workflow(  # ours"),
)


def git(root: Path, *words: str) -> None:
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    subprocess.run([require("git"), *settings, *words], cwd=root, check=True, capture_output=True)


def shop_of_before(folder: Path, pattern: str) -> Path:
    with tarfile.open(HERE / "flat_kit.tar.xz") as archive:
        members = [each for each in archive if each.name.startswith(f"./{pattern}/")]
        archive.extractall(folder, members, filter="data")
    git(folder / pattern, "init", "-q")
    git(folder / pattern, "add", "-A")
    git(folder / pattern, "commit", "-qm", "as it was")
    return folder / pattern


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_edited_shop_of_before_follows_and_runs(
    tmp_path: Path, workshop: Workshop, capsys: pytest.CaptureFixture[str], pattern: str
) -> None:
    shop = shop_of_before(tmp_path, pattern)
    for edit in EDITS:
        text = (shop / edit.before).read_text()
        assert edit.old in text, edit
        (shop / edit.before).write_text(text.replace(edit.old, edit.new, 1))
    (shop / "src/shop/orders/reports.py").write_text(REPORT)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "ours")

    assert run(["sync", str(shop)]) == run(["undo", str(shop)]) == 0
    assert (shop / PLATFORM / "rows.py").exists()
    capsys.readouterr()
    assert run(["sync", str(shop)]) == 0
    stderr = capsys.readouterr().err
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "follow")

    assert run(["check", str(shop)]) == 0
    assert all(edit.new in (shop / edit.after).read_text() for edit in EDITS)
    assert "shop.platform.actions.Deed has moved to shop.platform.workflows.actions.ActionCall" in stderr
    assert f"{shop}/src/shop/orders/reports.py:3: from shop.platform import telemetry" in stderr
    assert not (shop / PLATFORM / "rows.py").exists(), "nobody imports it"
    names = "from shop.orders.reports import NAMES; print(*NAMES)"
    answer = workshop.run_in(shop, "python", "-c", names, pythonpath="src")
    assert answer.split() == ["ActionCall", "Refused", "Reader", "shop.platform.telemetry"]
    (shop / ".blueprint/venv").symlink_to(Path(workshop.python(shop)).parents[1], target_is_directory=True)
    assert run(["openapi", str(shop)]) == 0, "the document of before names fewer problems"
    for command in (
        [["mypy"], ["ruff", "check", PLATFORM], ["ruff", "format", "--check"]]
        if pattern == "monolith"
        else []
    ):
        workshop.run_in(shop, *command)
    workshop.run_in(shop, "pytest", "-q")


def test_every_module_and_name_of_before_has_a_place_today(tmp_path: Path) -> None:
    """A pack lists its moved modules and renamed definitions under `moved`."""
    only_in_older = {"platform.storage.earlier_records"}
    moved = {old: new for pack in load_catalog().packs for old, new in pack.moved.items()}
    for pattern in PATTERNS:
        shop = shop_of_before(tmp_path, pattern)
        today = modules_of(GOLDENS / f"e-commerce-{pattern}/{PLATFORM}")
        for module, names in modules_of(shop / PLATFORM).items():
            place = module if module in today else moved.get(module, "")
            if place in only_in_older:
                continue
            assert place in today, f"{module} is nowhere"
            for name in names - today[place]:
                there, _, now = moved.get(f"{module}.{name}", "").rpartition(".")
                assert now in today.get(there, ()), f"{module}.{name} is nowhere"


def modules_of(folder: Path) -> dict[str, set[str]]:
    """The modules of a kit without its adapters, each with its public names."""
    files = [path for path in folder.rglob("*.py") if "adapters" not in path.parts]
    return {
        ".".join(("platform", *path.relative_to(folder).with_suffix("").parts)): names_in(path)
        for path in files
    }


def names_in(path: Path) -> set[str]:
    body = ast.parse(path.read_text()).body
    named = {
        node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return {name for name in named if not name.startswith("_")}

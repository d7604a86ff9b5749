"""Two branches that each add a service: a human settles blueprint.yaml, `sync` all that follows from it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.conftest import PATTERNS
from tests.support.programs import require
from tests.unit.cli.projects import files_of

SERVICES = {
    "reviews": (
        "--field",
        "text: str",
        "--consumes",
        "order.confirmed: ask",
        "--publishes",
        "review.created",
    ),
    "claims": ("--field", "reason: str?", "--action", "accept", "--publishes", "accept: claim.accepted"),
    "parcels": ("--field", "size: int?", "--action", "pack", "--undo", "unpack", "--step-of", "checkout"),
}
MARKERS = re.compile(r"^(<<<<<<< .*|=======|>>>>>>> .*)\n", re.MULTILINE)


def git(shop: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    command = [require("git"), *settings, *words]
    return subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False)


def commit(shop: Path) -> None:
    git(shop, "add", "-A")
    assert git(shop, "commit", "-qm", "a step").returncode == 0


@pytest.fixture(params=PATTERNS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A shop with two branches that are about to be merged."""
    root = tmp_path / "shop"
    assert run(["new", "shop", "-p", request.param, "--preset", "e-commerce", "-y", "-o", str(root)]) == 0
    for name, flags in SERVICES.items():
        git(root, "checkout", "-qb", name, "main")
        assert run(["add-service", name, *flags, "-C", str(root)]) == 0
        commit(root)
    return root


def settle_by_hand(spec: Path) -> None:
    """What a human does: both services stay."""
    spec.write_text(MARKERS.sub("", spec.read_text()))


def unmerged(shop: Path) -> set[str]:
    return set(git(shop, "diff", "--name-only", "--diff-filter=U").stdout.split())


@pytest.mark.parametrize("branch", ["claims", "parcels"])
def test_sync_settles_every_conflict_but_that_of_the_spec(
    branch: str, shop: Path, tmp_path: Path
) -> None:  # U18
    git(shop, "checkout", "-q", branch)
    assert git(shop, "merge", "reviews").returncode == 1
    assert {"blueprint.yaml", ".blueprint/lock.json", "README.md"} <= unmerged(shop)
    assert not any(path.startswith(".blueprint/base") for path in unmerged(shop))
    assert run(["sync", str(shop)]) == 4

    settle_by_hand(shop / "blueprint.yaml")
    assert run(["sync", str(shop)]) == 0

    assert run(["check", str(shop)]) == 0
    model = tmp_path / "model"
    assert run(["new", "--spec", str(shop / "blueprint.yaml"), "-o", str(model), "--no-git"]) == 0
    assert files_of(shop) == files_of(model)
    commit(shop)


EDITS = {
    "reviews": ("README.md", "# Shop\n", "# Our shop\n"),
    "claims": (".gitignore", ".env\n", ".env\n*.log\n"),
}


def test_edits_of_both_branches_are_in_the_merge(shop: Path) -> None:
    for branch, (file, old, new) in EDITS.items():
        git(shop, "checkout", "-q", branch)
        text = (shop / file).read_text()
        assert old in text
        (shop / file).write_text(text.replace(old, new, 1))
        commit(shop)

    assert git(shop, "merge", "reviews").returncode == 1
    settle_by_hand(shop / "blueprint.yaml")
    assert run(["sync", str(shop)]) == 0

    readme = (shop / "README.md").read_text()
    assert (readme.startswith("# Our shop\n"), "6 services" in readme) == (True, True)
    assert "*.log\n" in (shop / ".gitignore").read_text()
    assert run(["check", str(shop)]) == 0

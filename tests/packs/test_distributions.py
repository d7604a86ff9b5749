"""Packs in a Python distribution that is installed beside blueprint: found without being imported."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.packs.projects import NOTE, answer, contents, new, write_distribution


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are installed, with one that has packs."""
    site = tmp_path / "site"
    write_distribution(site, "1.2.0", NOTE)
    monkeypatch.syspath_prepend(site)
    return site


def test_a_project_names_the_distribution_and_takes_its_packs(site: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", "acme-packs")

    assert "\npacks: [acme-packs]\n" in (project / "blueprint.yaml").read_text()
    assert (project / "deploy/acme.txt").read_text() == "desk belongs to ACME\n"
    assert not (project / "packs").exists()
    known = json.loads((project / ".blueprint/packs.json").read_text())["packs"]["overlay/acme"]
    assert (known["from"], known["version"]) == ("acme-packs", "1.2.0")
    assert run(["check", str(project)]) == 0


def test_nothing_of_it_is_imported(site: Path, tmp_path: Path) -> None:
    new(tmp_path, "--packs", "acme-packs")

    assert "acme_packs" not in sys.modules


def test_what_is_installed_and_not_named_changes_no_project(site: Path, tmp_path: Path) -> None:
    project = new(tmp_path)

    assert not (project / "deploy/acme.txt").exists()


def test_another_version_is_told_in_a_line(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path, "--packs", "acme-packs")
    write_distribution(site, "1.3.0", {**NOTE, "files/deploy/acme.txt.j2": "another one\n"})

    found = answer(capsys, "check", str(project))

    told = "the pack overlay/acme of acme-packs 1.2.0 has changed, now acme-packs 1.3.0"
    assert [each["message"] for each in found["errors"]] == [told]


def test_where_it_is_not_installed_the_version_is_told_that_is_needed(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new(tmp_path, "--packs", "acme-packs")
    before = contents(project)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path != str(site)])

    for command in ("check", "sync"):
        found = answer(capsys, command, str(project))

        [error] = found["errors"]
        assert (found["exit_code"], error["code"]) == (3, "no-packs")
        assert error["path"].endswith("blueprint.yaml") and error["line"] and error["column"]
        assert 'pip install "acme-packs==1.2.0"' in error["hint"]
    assert contents(project) == before


def test_the_list_names_packs_of_the_project_and_those_that_are_installed(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(capsys, "packs", "list", str(new(tmp_path)))

    assert [(each["pack"], each["from"], each["version"]) for each in found["data"]["packs"]] == [
        ("overlay/acme", "acme-packs", "1.2.0")
    ]


def test_one_without_packs_is_refused(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "new", "shop", "-o", str(tmp_path / "shop"), "--packs", "msgspec")

    assert [each["message"] for each in found["errors"]] == ['the distribution "msgspec" has no packs']

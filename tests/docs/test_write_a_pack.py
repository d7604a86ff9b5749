"""docs/how-to/write-a-pack.md shows existing packs, and its commands work as described."""

from __future__ import annotations

import re
import shlex
import shutil
import zipfile
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.runtime.tools import locate
from tests.docs.pages import DOCS, ROOT, blocks_of, first_column, section
from tests.generated.workshop import output
from tests.packs.projects import EXAMPLES, NOTE, write_distribution

PAGE = (DOCS / "how-to/write-a-pack.md").read_text("utf-8")
SHOWN = [(path, text) for path, text in blocks_of(PAGE, "yaml", "python", "jinja") if path]
TYPED = [line for _, block in blocks_of(PAGE, "sh") for line in block.splitlines()]
ADAPTER = "redis-streams/files/src/[package]/platform/adapters"
SUITE = ("contract.yaml", "blueprint packs test", "pip install", "BROKER_URL=", "uv pip compile")
"""What the next tests run, or what needs a server or an index."""


@pytest.mark.parametrize(("path", "text"), SHOWN, ids=[path for path, _ in SHOWN])
def test_what_it_shows_is_in_the_pack(path: str, text: str) -> None:
    assert text in (EXAMPLES / path).read_text("utf-8")


def test_it_shows_manifests_and_slots_whole() -> None:
    whole = {path for path, text in SHOWN if text == (EXAMPLES / path).read_text("utf-8")}

    assert {path for path, _ in SHOWN} - whole == {
        f"{ADAPTER}/redis_streams.py.j2",
        "redis-streams/contract.yaml",
    }


def test_it_names_each_file_of_the_adapter() -> None:
    assert sorted(
        name for name in first_column(section(PAGE, "## 2. Write the code")) if "/" not in name
    ) == sorted(file.name for file in (EXAMPLES / ADAPTER).iterdir())


def test_its_commands_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copytree(EXAMPLES, tmp_path / "packs")
    write_distribution(tmp_path / "site", "1.2.0", NOTE)
    monkeypatch.syspath_prepend(tmp_path / "site")
    typed = [line for line in TYPED if not any(part in line for part in SUITE)]
    assert len(typed) == 5

    for line in typed:
        program, *words = shlex.split(line)
        assert program == "blueprint"
        if words[0] == "new":
            shutil.rmtree(tmp_path / "shop", ignore_errors=True)
        assert run([word.replace("~", str(tmp_path)) for word in words]) == 0, line


def test_it_says_what_the_manifest_of_a_distribution_needs() -> None:
    [(_, manifest)] = blocks_of(PAGE, "toml")

    assert '[project.entry-points."blueprint.packs"]\nacme = "acme_packs"\n' in manifest


def test_without_trust_the_suite_names_the_programs_and_runs_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["packs", "test", str(EXAMPLES / "redis-streams")]) == 2

    assert "redis-server --port" in capsys.readouterr().err


@pytest.mark.needs("redis-server")
@pytest.mark.slow
@pytest.mark.parametrize(("change", "exit_code"), [(None, 0), ("    return\n", 1)])
def test_the_suite_tells_a_broker_from_one_that_loses_events(
    change: str | None, exit_code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = shutil.copytree(EXAMPLES / "redis-streams", tmp_path / "redis-streams")
    if change:
        adapter = tmp_path / ADAPTER / "redis_streams.py.j2"
        text = adapter.read_text()
        adapter.write_text(re.sub(r"(async def publish\(.*\n)", rf"\1    {change}", text))
        assert adapter.read_text() != text
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k test_every_group_gets_every_event")

    assert run(["packs", "test", str(packs), "--trust"]) == exit_code


@pytest.mark.slow
def test_the_suite_runs_where_blueprint_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = locate("uv")
    output([uv, "build", "--quiet", "--wheel", "--out-dir", str(tmp_path)], ROOT)
    [wheel] = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if "/_suites/" in name}
    environment = tmp_path / "environment"
    output([uv, "venv", "--quiet", "--no-project", str(environment)], tmp_path)
    python = environment / "bin/python"
    output([uv, "pip", "install", "--quiet", "--python", str(python), f"{wheel}[packs]"], tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k test_an_event_arrives_as_it_was_published")

    assert "blueprint/_suites/tests/brokers/test_groups.py" in shipped
    output(
        [str(environment / "bin/blueprint"), "packs", "test", str(EXAMPLES / "redis-streams"), "--trust"],
        tmp_path,
    )

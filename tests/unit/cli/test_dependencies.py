"""`add-dependency` and `lock`, with packages from a folder on this machine."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment
from tests.support.packages import serving, write_wheel
from tests.unit.cli.projects import project_at

FILES = ("pyproject.toml", "requirements.lock", "requirements-dev.lock")
PYPROJECT = """\
[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
    "web>=1,<2",  # what answers
]

[dependency-groups]
dev = ["checker>=1"]
"""


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All packages that the index has, which a variable names."""
    folder = tmp_path / "wheels"
    write_wheel(folder / "web", "web", "1.0", ["wires>=1"])
    write_wheel(folder / "wires", "wires", "1.0")
    write_wheel(folder / "checker", "checker", "1.0")
    write_wheel(folder / "clock", "clock", "2.0", ["Tick_Tock>=1 ; sys_platform == 'win32'"])
    write_wheel(folder / "tick-tock", "tick-tock", "1.5")
    write_wheel(folder / "old", "old", "1.0", ["wires<1"])
    with serving(folder) as url:
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        yield folder


_locks: list[str] = []


@pytest.fixture
def shop(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that needs little, and is in the current folder."""
    root = tmp_path / "shop"
    project_at(root)
    (root / "pyproject.toml").write_text(PYPROJECT)
    monkeypatch.chdir(root)
    if _locks:
        for name, text in zip(FILES[1:], _locks, strict=True):
            (root / name).write_text(text)
    else:
        for name in FILES[1:]:
            (root / name).unlink()
        assert run(["lock"]) == 0
        _locks.extend((root / name).read_text() for name in FILES[1:])
    return root


def texts(shop: Path) -> list[bytes]:
    return [(shop / name).read_bytes() for name in FILES]


def heads(lock: Path) -> list[str]:
    """The entries without their hashes, of which each has one at least."""
    entries = re.findall(
        r"^(\S.*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock.read_text(), re.M
    )
    assert len(re.findall(r"^\S+==", lock.read_text(), re.M)) == len(entries)
    return [head for head, _ in entries]


def test_a_dependency_comes_into_pyproject_and_both_locks(shop: Path) -> None:
    assert run(["add-dependency", "clock"]) == 0

    text = (shop / "pyproject.toml").read_text()
    assert text == PYPROJECT.replace("[\n    ", '[\n    "clock>=2.0",\n    ')
    common = ["clock==2.0", "tick-tock==1.5 ; sys_platform == 'win32'", "web==1.0", "wires==1.0"]
    assert heads(shop / "requirements.lock") == common
    assert heads(shop / "requirements-dev.lock") == ["checker==1.0", *common]


def test_no_lock_holds_an_address(shop: Path) -> None:
    with (shop / "pyproject.toml").open("a") as file:
        file.write(
            "[tool.uv.pip]\nemit-index-url = true\nemit-find-links = true\nemit-index-annotation = true\n"
        )
    assert run(["add-dependency", "clock"]) == 0

    for lock in FILES[1:]:
        assert not re.search(r"https?:|file:|--(?!hash=)", (shop / lock).read_text())


def test_what_was_locked_can_be_installed(shop: Path, tmp_path: Path) -> None:
    assert run(["add-dependency", "clock"]) == 0

    wanted = Environment("venv", "requirements.lock", "src")
    python = prepare_environment(shop, wanted, lambda _: nullcontext())
    done = subprocess.run(
        [python, "-c", "import clock, web; print(clock.VERSION)"], capture_output=True, text=True
    )
    assert done.stdout == "2.0\n", done.stderr


def test_one_for_development_stays_out_of_what_runs(shop: Path) -> None:
    before = (shop / "requirements.lock").read_text()

    assert run(["add-dependency", "--dev", "clock==2.*", "old2"]) == 4
    assert run(["add-dependency", "--dev", "clock==2.*"]) == 0

    assert (shop / "requirements.lock").read_text() == before
    assert "clock==2.0" in heads(shop / "requirements-dev.lock")
    assert '"clock==2.*"' in (shop / "pyproject.toml").read_text().partition("dependency-groups")[2]


def test_one_of_development_can_become_one_of_what_runs(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["add-dependency", "checker", "--json"]) == 0

    assert "checker==1.0" in heads(shop / "requirements.lock")
    answer = json.loads(capsys.readouterr().out)
    assert answer["data"]["packages"] == [{"name": "checker", "before": None, "after": "1.0"}]


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        ("web", 2, "web is already a dependency: web>=1,<2"),
        ("WEB[more]>=2", 2, "WEB is already a dependency: web>=1,<2"),
        ("clock Clock", 2, "Clock is already a dependency: clock"),
        ("--dev checker", 2, "checker is already a dependency: checker>=1"),
        ("--dev web", 2, "web is already a dependency: web>=1,<2"),
        ("clock>>2", 2, "'clock>>2' is not a valid requirement: "),
        ("./wheels", 2, "'./wheels' is not a valid requirement: "),
        ("clock@file:///tmp/clock.whl", 2, "clock is given by its URL, which cannot be locked"),
        ("shop", 2, "Requirement name `shop` matches project name"),
        ("nothing-of-that-name", 4, "no index has the package nothing-of-that-name"),
        ("clock>=3", 4, "the requirements conflict: "),
        ("old", 4, "the requirements conflict: "),
    ],
)
def test_what_cannot_be_added_is_told_in_a_line_and_changes_nothing(
    shop: Path, words: str, exit_code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(shop)
    capsys.readouterr()

    assert run(["add-dependency", *words.split()]) == exit_code

    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert line.startswith(f"error: {message}")
    assert texts(shop) == before


@pytest.mark.parametrize(
    "variables", [{"UV_OFFLINE": "1"}, {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/"}], ids=str
)
def test_without_a_network_there_is_one_line(
    shop: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(shop)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    capsys.readouterr()

    assert run(["add-dependency", "nothing-of-that-name"]) == 5

    [line, hint] = capsys.readouterr().err.splitlines()[-2:]
    assert line.startswith("error: cannot resolve the dependencies: ")
    assert hint == "hint: check your network connection"
    assert texts(shop) == before


def test_what_is_locked_keeps_its_version_until_it_no_longer_fits(
    shop: Path, wheels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_wheel(wheels / "wires", "wires", "1.1")
    write_wheel(wheels / "cables", "cables", "1.0", ["wires>=1.1"])
    assert run(["add-dependency", "clock"]) == 0
    assert "wires==1.0" in heads(shop / "requirements.lock")
    capsys.readouterr()

    assert run(["add-dependency", "cables"]) == 0

    assert "wires==1.1" in heads(shop / "requirements.lock")
    assert "wires: 1.0 -> 1.1\n" in capsys.readouterr().err


def test_hashes_that_an_index_does_not_know_stay(shop: Path) -> None:
    lock = shop / "requirements.lock"
    more = f"    --hash=sha256:{'0' * 64} \\\n"
    lock.write_text(lock.read_text().replace("wires==1.0 \\\n", f"wires==1.0 \\\n{more}"))
    development = shop / "requirements-dev.lock"
    development.write_text(development.read_text().replace("wires==1.0 \\\n", f"wires==1.0 \\\n{more}"))

    assert run(["add-dependency", "clock"]) == 0

    assert f"wires==1.0 \\\n{more}" in lock.read_text()
    assert f"wires==1.0 \\\n{more}" in development.read_text()


def test_lock_follows_an_edit_of_pyproject(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lock"]) == 0
    assert "nothing to change" in capsys.readouterr().out
    edited = PYPROJECT.replace('"web>=1,<2",  # what answers', '"wires",')
    (shop / "pyproject.toml").write_text(edited)

    assert run(["lock"]) == 0

    assert heads(shop / "requirements.lock") == ["wires==1.0"]
    assert (shop / "pyproject.toml").read_text() == edited


def test_lock_settles_new_versions_of_the_locks_beside_them(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pending = [shop / f"{name}.blueprint-new" for name in FILES]
    for file in pending:
        file.write_text("wires==0.9 --hash=sha256:0\n")
    capsys.readouterr()
    assert run(["check", str(shop)]) == 1
    assert "hint: run `blueprint lock`" in capsys.readouterr().err

    assert run(["lock"]) == 0
    assert all(file.exists() for file in pending), "pyproject.toml.blueprint-new may bring more packages"
    pending[0].unlink()
    assert run(["lock"]) == 0
    assert not any(file.exists() for file in pending)
    assert run(["check", str(shop)]) == 0
    assert run(["undo"]) == 0
    assert [file.exists() for file in pending] == [False, True, True]


def test_a_project_may_want_a_later_python_than_the_tool_has(shop: Path) -> None:
    later = PYPROJECT.replace('">=3.11"', '">=3.15"  # what we run')
    (shop / "pyproject.toml").write_text(later)

    assert run(["add-dependency", "clock"]) == 0

    assert (shop / "pyproject.toml").read_text() == later.replace("[\n    ", '[\n    "clock>=2.0",\n    ')


def test_all_is_taken_back_by_undo(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = texts(shop)
    assert run(["add-dependency", "clock", "tick-tock"]) == 0
    assert texts(shop) != before
    capsys.readouterr()

    assert run(["undo", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["data"]["undone"] == "add-dependency"
    assert texts(shop) == before


def test_a_dry_run_shows_what_would_change(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = texts(shop)
    capsys.readouterr()

    assert run(["add-dependency", "clock", "-n"]) == 0

    assert '+    "clock>=2.0",' in capsys.readouterr().out
    assert texts(shop) == before


def test_line_ends_and_comments_stay(shop: Path) -> None:
    windows = [text.replace(b"\n", b"\r\n") for text in texts(shop)]
    for name, text in zip(FILES, windows, strict=True):
        (shop / name).write_bytes(text)

    assert run(["lock"]) == 0
    assert texts(shop) == windows
    assert run(["add-dependency", "clock"]) == 0

    assert all(text.count(b"\n") == text.count(b"\r\n") for text in texts(shop))
    assert b"# what answers\r\n" in (shop / "pyproject.toml").read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "exit_code", "message"),
    [
        ("pyproject.toml", "[project]\nname = =\n", 3, "(pyproject.toml:2:8)"),
        ("pyproject.toml", "[tool.ruff]\n", 3, "error: there is no [project]"),
        (
            "pyproject.toml",
            '[project]\nname = "a"\nversion = "1"\ndependencies = ["a b"]\n',
            3,
            "error: 'a b' is not a valid requirement (pyproject.toml)",
        ),
        ("requirements.lock", "<<<<<<< mine\n", 4, "not a version with hashes: <<<<<<< mine"),
        ("requirements-dev.lock", "web==1.0\n", 4, "not a version with hashes: web==1.0"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    shop: Path, name: str, text: str, exit_code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / name).write_text(text)
    capsys.readouterr()

    assert run(["add-dependency", "clock"]) == exit_code

    assert message in capsys.readouterr().err


def test_what_is_no_plain_file_is_left_alone(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.lock"
    (shop / "requirements.lock").rename(elsewhere)
    (shop / "requirements.lock").symlink_to(elsewhere)
    before = elsewhere.read_text()

    assert run(["add-dependency", "clock"]) == 4

    assert elsewhere.read_text() == before


def test_a_package_that_only_has_an_address_is_refused(
    shop: Path, wheels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = write_wheel(wheels.parent / "other", "own", "1.0")
    text = PYPROJECT.replace("# what answers", f'\n    "own @ {wheel.as_uri()}",')
    (shop / "pyproject.toml").write_text(text)
    capsys.readouterr()

    assert run(["lock"]) == 4

    assert "a lock without addresses cannot hold own @ file:" in capsys.readouterr().err

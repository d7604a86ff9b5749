from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from blueprint.catalog.faults import PackError
from blueprint.errors import MachineError
from blueprint.render.python_code import formatting, restyled, tidied
from blueprint.tree import RelPath
from tests.unit.catalog.toys import SPEC
from tests.unit.render.support import rendered, text

UGLY = "from web_shop import b\nimport os, sys\nfrom fastapi import a\nx = [ os,a,b,sys ]\n"
PRETTY = "import os\nimport sys\n\nfrom fastapi import a\n\nfrom web_shop import b\n\nx = [os, a, b, sys]\n"


def test_python_is_sorted_and_formatted_with_the_project_as_first_party(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/a.py.j2": UGLY, "seed/b.py": UGLY})

    assert [text(tree, path) for path in ("a.py", "b.py")] == [PRETTY, PRETTY]


def test_what_was_formatted_before_is_not_given_to_ruff_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert text(rendered(tmp_path, stack={"files/own/a.py": UGLY}), "own/a.py") == PRETTY
    begin = subprocess.Popen
    given: list[str] = []

    def noted(command: list[str], *, cwd: Path, **others: Any) -> object:
        given.extend(path.name for path in cwd.rglob("*.py"))
        return begin(command, cwd=cwd, **others)

    monkeypatch.setattr(subprocess, "Popen", noted)
    tree = rendered(tmp_path, stack={"files/own/a.py": UGLY, "files/own/b.py": UGLY})

    assert [text(tree, path) for path in ("own/a.py", "own/b.py")] == [PRETTY, PRETTY]
    assert set(given) == {"b.py"}


def test_a_module_beside_it_makes_an_import_one_of_the_projects_own(tmp_path: Path) -> None:
    code = "import fastapi\nimport helper\n\nx = [fastapi, helper]\n"
    alone = rendered(tmp_path, stack={"files/a.py": code})
    beside = rendered(tmp_path, stack={"files/a.py": code, "files/src/helper/b.py": "y = 1\n"})

    assert text(alone, "a.py") == code
    assert text(beside, "a.py") == code.replace("fastapi\n", "fastapi\n\n", 1)


def test_an_import_that_nobody_needs_is_dropped(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/a.py.j2": "import os\nimport sys\n\nprint(sys)\n"})

    assert text(tree, "a.py") == "import sys\n\nprint(sys)\n"


def test_what_is_formatted_already_stays_as_it_is(tmp_path: Path) -> None:
    assert text(rendered(tmp_path, stack={"seed/b.py": PRETTY}), "b.py") == PRETTY


def test_folders_that_ruff_passes_by_are_formatted_too(tmp_path: Path) -> None:
    files = {f"files/{folder}/a.py": UGLY for folder in ("build", "dist", "venv", ".hidden", "node_modules")}

    tree = rendered(tmp_path, stack=files | {"files/.gitignore": "*\n"})

    assert {text(tree, path.removeprefix("files/")) for path in files} == {PRETTY}


def test_settings_of_the_user_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 20\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "nonsense")
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    assert text(rendered(tmp_path, stack={"files/a.py": UGLY}), "a.py") == PRETTY


def test_what_is_not_python_names_the_template_and_the_line(tmp_path: Path) -> None:
    with pytest.raises(
        PackError, match=r"stack/toy/files/\[service\]/a\.py\.j2 renders is not valid Python"
    ) as raised:
        rendered(tmp_path, stack={"files/[service]/a.py.j2": "x = 1\nx = = {{ service.name.snake }}\n"})

    problem = raised.value.problems[0]
    assert problem.path in ("products/a.py", "order_items/a.py")
    assert problem.line == 2


def test_nothing_is_left_of_the_folder_that_ruff_worked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)

    with pytest.raises(PackError):
        rendered(tmp_path, SPEC, stack={"files/a.py": "x ="})

    assert list(scratch.iterdir()) == []


def test_a_disk_that_takes_no_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)

    reason = "no temporary files can be written: No space left on device"
    with pytest.raises(MachineError, match=reason), formatting({RelPath("a.py"): b""}, "shop") as formatted:
        formatted()


def test_ruff_works_beside_what_is_done_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    os.mkfifo(begun)
    os.mkfifo(go)
    slow = tmp_path / "ruff"
    slow.write_text(f"#!/bin/sh\necho > {begun}\nread _ < {go}\n")
    slow.chmod(0o755)
    monkeypatch.setattr("ruff.find_ruff_bin", lambda: str(slow))

    with formatting({RelPath("a.py"): b"x = 1\n"}, "shop") as formatted:
        for _ in ("check", "format"):
            begun.read_text()
            go.write_text("go\n")
        assert formatted() == {"a.py": b"x = 1\n"}


def test_a_ruff_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ruff"
    broken.write_text("#!/bin/sh\necho 'no such option' >&2\nexit 2\n")
    broken.chmod(0o755)
    monkeypatch.setattr("ruff.find_ruff_bin", lambda: str(broken))
    reason = "ruff does not run: no such option"

    with pytest.raises(MachineError, match=reason), formatting({RelPath("a.py"): b""}, "shop") as formatted:
        formatted()


def test_a_missing_ruff_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("ruff.find_ruff_bin", missing)

    with (
        pytest.raises(MachineError, match="ruff is not installed"),
        formatting({RelPath("a.py"): b""}, "shop"),
    ):
        pytest.fail("it began without ruff")


SORTED = b"import a\nimport b\n\nx = [a, b]\n"
MERGED = b"import b\nimport a\n\nx = [a, b,]\n"


def tidy(settings: Path, before: bytes, after: bytes = MERGED) -> bytes:
    """A file after a merge, in a project with these settings."""
    path = RelPath("src/shop/orders/resource.py")
    return tidied({path: (before, after)}, settings)[path]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    (tmp_path / "ruff.toml").write_text(
        '[format]\nquote-style = "single"\nskip-magic-trailing-comma = true\n'
    )
    return tmp_path / "ruff.toml"


def test_a_merged_file_is_as_tidy_as_it_was(settings: Path) -> None:
    assert tidy(settings, SORTED) == SORTED
    assert tidy(settings, SORTED.replace(b"[a, b]", b"[a,b]")) == MERGED.replace(
        b"import b\nimport a", b"import a\nimport b"
    )
    assert tidy(settings, b"import b\nimport a\n\nx = [a, b]\n") == b"import b\nimport a\n\nx = [a, b]\n"
    assert tidy(settings, b"import b\nimport a\n\nx = [a,b]\n") == MERGED


def test_an_import_that_a_merge_has_left_behind_goes_where_there_was_none(settings: Path) -> None:
    unused = b"import a\nimport b\n\nx = [a]\n"

    assert tidy(settings, SORTED, unused) == b"import a\n\nx = [a]\n"
    assert tidy(settings, unused, unused.replace(b"x", b"y")) == unused.replace(b"x", b"y")


def test_a_merged_file_stays_as_it_is_where_ruff_cannot_read_the_settings(settings: Path) -> None:
    settings.write_text("no = toml = at all")

    assert tidy(settings, SORTED) == MERGED


def test_imports_are_sorted_as_a_project_wants_them(settings: Path) -> None:
    settings.write_text("[lint.isort]\nforce-single-line = true\n")

    styled = restyled({"0/new.py": b"from a import b, c\n\nprint(b, c)\n"}, settings)

    assert styled == {"0/new.py": b"from a import b\nfrom a import c\n\nprint(b, c)\n"}

"""A newer version has modules elsewhere, in parts or not at all: the user's code goes on, and is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.catalog import load
from blueprint.cli.main import run
from tests.unit.cli.projects import files_of, project_at

TEMPLATES = Path(__file__).parents[3] / "templates"
KIT = "fastapi/stack/files/src/[package]/platform"
PLATFORM = "src/shop/platform"
OURS = """\
from shop.platform import values
from shop.platform.http.pages import Cursor, Page
from shop.platform.storage.ids import new_id
import shop.platform.http.headers as headers

TEXT = "shop.platform.storage.ids.new_id"
"""


class Version:
    """The templates of a later version, made of today's."""

    def __init__(self, root: Path) -> None:
        self.root = shutil.copytree(TEMPLATES, root)

    def at(self, name: str) -> Path:
        return self.root / KIT / name

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.at(name).read_text()
        assert old in text
        self.at(name).write_text(text.replace(old, new))

    def moved(self, entries: str) -> None:
        manifest = self.root / "fastapi/stack/pack.yaml"
        text = manifest.read_text()
        assert "moved:\n" in text
        manifest.write_text(text.replace("moved:\n", f"moved:\n{entries}"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = project_at(tmp_path / "shop")
    (project / "src/shop/notes/ours.py").write_text(OURS)
    return project


def edited_text(file: Path, old: str, new: str) -> str:
    text = file.read_text()
    assert old in text
    return text.replace(old, new)


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Version:
    version = Version(tmp_path / "templates")
    monkeypatch.setattr(load, "_own_templates", lambda: version.root)
    return version


def imported(project: Path, statement: str) -> str:
    """What a statement prints in the project; only code without libraries is imported."""
    command = [sys.executable, "-c", statement]
    done = subprocess.run(command, cwd=project / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_module_that_moved_is_found_in_its_old_place_for_as_long_as_it_is_imported(
    project: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    later.at("http/headers.py").rename(later.at("http/of_answers.py"))
    later.replace("http/app.py.j2", "http.headers", "http.of_answers")
    later.moved("  platform.http.headers: platform.http.of_answers\n")

    assert run(["sync", str(project)]) == 0

    stderr = capsys.readouterr().err
    assert (
        "shop.platform.http.headers has moved to shop.platform.http.of_answers; the old name works" in stderr
    )
    assert f"{project}/src/shop/notes/ours.py:4: import shop.platform.http.headers as headers" in stderr
    stand_in = (project / PLATFORM / "http/headers.py").read_text()
    assert "from shop.platform.http.of_answers import SECURITY_HEADERS, SecurityHeaders\n" in stand_in
    assert run(["check", str(project)]) == 0

    (project / "src/shop/notes/ours.py").unlink()
    assert run(["sync", str(project)]) == 0
    assert not (project / PLATFORM / "http/headers.py").exists()
    assert (project / PLATFORM / "http/of_answers.py").exists()


def test_a_name_that_went_to_another_module_is_still_in_the_old_one(
    project: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    later.replace("storage/ids.py", "def new_id", "def fresh_id")
    later.moved("  platform.storage.ids.new_id: platform.storage.keys.fresh_id\n")
    shutil.copy(later.at("storage/ids.py"), later.at("storage/keys.py"))

    assert run(["sync", str(project)]) == 0

    assert (
        "shop.platform.storage.ids.new_id has moved to shop.platform.storage.keys.fresh_id"
        in capsys.readouterr().err
    )
    assert imported(project, "from shop.platform.storage.ids import new_id; print(len(new_id()))") == "36"
    assert run(["check", str(project)]) == 0


def test_what_is_gone_without_a_successor_is_named_with_the_lines_that_import_it(
    project: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    later.at("storage/ids.py").unlink()

    assert run(["sync", str(project)]) == 0

    stderr = capsys.readouterr().err
    assert "shop.platform.storage.ids is gone, without a replacement. Your code imports it:" in stderr
    assert f"{project}/src/shop/notes/ours.py:3: from shop.platform.storage.ids import new_id" in stderr
    assert f'{project}/src/shop/notes/ours.py:6: TEXT = "shop.platform.storage.ids.new_id"' in stderr
    assert not (project / PLATFORM / "storage/ids.py").exists()


def test_an_edit_goes_along_to_the_new_place(project: Path, later: Version) -> None:
    headers = project / PLATFORM / "http/headers.py"
    edited = edited_text(headers, '"""Security headers', '"""Our headers')
    headers.write_text(edited)
    later.at("http/headers.py").rename(later.at("http/of_answers.py"))
    later.replace("http/of_answers.py", "\nSECURITY", "\n# A later version.\nSECURITY")
    later.moved("  platform.http.headers: platform.http.of_answers\n")
    before = files_of(project)

    assert run(["sync", str(project)]) == 0

    text = (project / PLATFORM / "http/of_answers.py").read_text()
    assert '"""Our headers' in text
    assert "# A later version." in text
    assert run(["check", str(project)]) == 0
    assert run(["undo", str(project)]) == 0
    assert files_of(project) == before


def test_an_edit_that_does_not_fit_lies_beside_the_new_place_until_it_is_settled(
    project: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = project / PLATFORM / "http/headers.py"
    edited = edited_text(headers, '"""Security headers of every response', '"""Our headers')
    headers.write_text(edited)
    later.at("http/headers.py").rename(later.at("http/of_answers.py"))
    later.replace("http/of_answers.py", '"""Security headers of every response', '"""Their headers')
    later.moved("  platform.http.headers: platform.http.of_answers\n")

    assert run(["sync", str(project)]) == 4

    beside = project / PLATFORM / "http/of_answers.py.blueprint-old"
    assert beside.read_text() == edited
    assert '"""Their headers' in (project / PLATFORM / "http/of_answers.py").read_text()
    assert "yours is in of_answers.py.blueprint-old" in capsys.readouterr().err
    assert run(["check", str(project)]) != 0
    beside.unlink()
    assert run(["check", str(project)]) == 0


def test_code_that_imports_nothing_of_it_is_left_alone(
    tmp_path: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_at(tmp_path / "other")
    later.at("http/headers.py").rename(later.at("http/of_answers.py"))
    later.replace("http/app.py.j2", "http.headers", "http.of_answers")
    later.moved("  platform.http.headers: platform.http.of_answers\n")

    assert run(["sync", str(project)]) == 0

    assert "has moved" not in capsys.readouterr().err
    assert not (project / PLATFORM / "http/headers.py").exists()


def test_code_as_blueprint_began_it_is_summed_up_in_one_line(
    tmp_path: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_at(tmp_path / "other")
    later.at("http/idempotency.py.j2").rename(later.at("http/once.py.j2"))
    later.moved("  platform.http.idempotency: platform.http.once\n")

    assert run(["sync", str(project)]) == 0

    told = [line for line in capsys.readouterr().err.splitlines() if "moved" in line]
    assert told == [
        "names of the kit have moved; 1 file that blueprint began and you have not edited still imports them "
        "by the old names, which work until the next version"
    ]
    assert (project / PLATFORM / "http/idempotency.py").exists()


def test_the_same_code_is_listed_once_it_is_edited(
    tmp_path: Path, later: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_at(tmp_path / "other")
    api = project / "src/shop/notes/api.py"
    api.write_text(f"{api.read_text()}\n# ours\n")
    later.at("http/idempotency.py.j2").rename(later.at("http/once.py.j2"))
    later.moved("  platform.http.idempotency: platform.http.once\n")

    assert run(["sync", str(project)]) == 0

    assert f"{api}:" in capsys.readouterr().err

"""Commands that are typed in a folder with a project, `shop`, and how each of them ends."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.cli import pack_testing
from blueprint.cli.main import run
from blueprint.workspace.project import open_project
from tests.packs.projects import EXAMPLES, NOTE, write_pack
from tests.support.operators import FAILS, TOKEN, answering
from tests.support.packages import serving, write_wheel
from tests.unit.cli.projects import MORE, RESOURCE
from tests.unit.cookiecutter.templates import template

Scene = Callable[[Path], AbstractContextManager[object]]
"""What is so while the command runs, made in the current folder."""

_SPEC = "shop/blueprint.yaml"
_MARKERS = "<<<<<<< a\nname: shop\n=======\nname: shop\n>>>>>>> b\n"


def as_it_is(_: Path) -> AbstractContextManager[object]:
    return nullcontext()


def with_file(name: str, text: str) -> Scene:
    def write(folder: Path) -> AbstractContextManager[object]:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return nullcontext(file.write_text(text))

    return write


@contextmanager
def _another_run(folder: Path) -> Iterator[None]:
    with open_project(folder / "shop", __version__):
        yield


@contextmanager
def _edited_then_changed(folder: Path) -> Iterator[None]:
    """Somebody wrote into a line that changes."""
    resource = folder / "shop" / RESOURCE
    resource.write_text(resource.read_text().replace("text: Text", "text: Text  # mine"))
    spec = folder / _SPEC
    spec.write_text(spec.read_text().replace("{text: str}", "{text: str?}"))
    yield


@contextmanager
def _grown(folder: Path) -> Iterator[None]:
    with_file(_SPEC, MORE)(folder)
    assert run(["sync", "shop"]) == 0
    yield


@contextmanager
def _grown_and_edited(folder: Path) -> Iterator[None]:
    with _grown(folder):
        (folder / "shop/src/shop/letters/actions.py").write_text("# mine\n")
        (folder / "shop/src/shop/letters/api.py").write_text("# mine\n")
        yield


@contextmanager
def _left_by_the_spec(folder: Path) -> Iterator[None]:
    """A service goes, whose name stands in a file of the user's."""
    with _grown(folder):
        with_file("shop/src/shop/notes/mine.py", "from shop.letters.resource import letters\n")(folder)
        spec = folder / _SPEC
        spec.write_text(spec.read_text().partition("  letters:")[0])
        yield


@contextmanager
def _with_index(folder: Path) -> Iterator[None]:
    """A project that needs one package, and an index that has one more."""
    shop, index = folder / "shop", folder / "index"
    (shop / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\ndependencies = ["web"]\n')
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (shop / lock).unlink()
    for name in ("web", "clock"):
        write_wheel(index / name, name, "1.0")
    with serving(index) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_DEFAULT_INDEX", url)
        yield


def _that_ran(*records: dict[str, str]) -> Scene:
    """A project whose database says that these ran."""

    def describe(folder: Path) -> AbstractContextManager[object]:
        file = folder / "shop/.blueprint/run.json"
        description = json.loads(file.read_text())
        process, gateway = description["processes"]
        printed = ["{python}", "-c", f"print({json.dumps(json.dumps(records))})"]
        gateway = {**gateway, "command": ["gate"]}
        description |= {"processes": [{**process, "migrations": printed}, gateway], "environment": None}
        del description["dotenv"]
        return nullcontext(file.write_text(json.dumps(description)))

    return describe


def _that_says(text: str) -> Scene:
    """A project whose application prints this."""

    def describe(folder: Path) -> AbstractContextManager[object]:
        file = folder / "shop/.blueprint/run.json"
        description = json.loads(file.read_text())
        (folder / "said.json").write_text(text)
        printed = ["{python}", "-c", "print(open('../said.json').read())"]
        description |= {"openapi": printed, "environment": None}
        del description["dotenv"]
        return nullcontext(file.write_text(json.dumps(description)))

    return describe


@contextmanager
def _that_says_the_same(folder: Path) -> Iterator[None]:
    with _that_says((folder / "shop/docs/openapi.json").read_text())(folder):
        yield


@contextmanager
def _with_a_link(folder: Path) -> Iterator[None]:
    document = folder / "shop/docs/openapi.json"
    document.unlink()
    document.symlink_to("elsewhere.json")
    with _that_says("{}")(folder):
        yield


def _described(**changes: object) -> Scene:
    """A project without an environment, with these changes in its run.json."""

    def describe(folder: Path) -> AbstractContextManager[object]:
        file = folder / "shop/.blueprint/run.json"
        description = json.loads(file.read_text()) | {"environment": None, "development": None} | changes
        del description["dotenv"]
        return nullcontext(file.write_text(json.dumps(description)))

    return describe


def _that_ends(*codes: int) -> Scene:
    """A project whose tests and checks end so."""
    commands = [["{python}", "-c", f"raise SystemExit({code})"] for code in codes]
    return _described(test=commands[0], lint={f"check {index}": each for index, each in enumerate(commands)})


def _that_stores(tables: object) -> Scene:
    """A project whose database has these tables, each with the same row."""

    def describe(folder: Path) -> AbstractContextManager[object]:
        file = folder / "shop/.blueprint/run.json"
        process, gateway = json.loads(file.read_text())["processes"]
        row = {"id": "1", "text": "milk", "password_hash": "abc"}
        answers = json.dumps([tables, [row]])
        code = f"import json, sys; print(json.dumps(json.loads({answers!r})[len(sys.argv) > 1]))"
        programs = [{**process, "data": ["{python}", "-c", code]}, {**gateway, "command": ["gate"]}]
        return _described(processes=programs)(folder)

    return describe


def _that_answers(answers: Mapping[str, object]) -> Scene:
    """A project with a process that runs, and answers this by path."""

    @contextmanager
    def answer(folder: Path) -> Iterator[None]:
        file = folder / f"shop/var/run/addresses-{os.getpid()}.json"
        file.parent.mkdir(parents=True)
        with answering(answers) as url, pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPERATOR_TOKEN", TOKEN)
            file.write_text(json.dumps({"shop": url}))
            yield

    return answer


def _without(path: str) -> Scene:
    def remove(folder: Path) -> AbstractContextManager[object]:
        return nullcontext((folder / "shop" / path).unlink())

    return remove


@contextmanager
def _kept_and_edited(folder: Path) -> Iterator[None]:
    """Somebody wrote into a kept file what changes meanwhile."""
    assert run(["keep", f"shop/{RESOURCE}"]) == 0
    with _edited_then_changed(folder):
        assert run(["sync", "shop"]) == 0
        yield


_RAN = {"service": "notes", "stem": "0002_add_sku_0ce9e699", "sql": "SELECT 1;\n"}


def _with_packs(folder: Path) -> AbstractContextManager[object]:
    write_pack(folder / "overlays/acme", NOTE)
    shutil.copytree(EXAMPLES / "redis-streams", folder / "brokers/redis-streams")
    return nullcontext()


@contextmanager
def _without_pytest(folder: Path) -> Iterator[None]:
    with _with_packs(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack_testing, "_NEEDED", ("a_module_that_is_not_there",))
        yield


@contextmanager
def _without_tests(folder: Path) -> Iterator[None]:
    """Where no test runs, none has passed."""
    with _with_packs(folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", "-k nothing_of_that_name")
        yield


def _template(folder: Path) -> AbstractContextManager[object]:
    return nullcontext(template(folder / "lamps"))


@dataclass(frozen=True, slots=True)
class Story:
    """A command line without `blueprint`, the exit code and the status that it ends with."""

    words: str
    exit_code: int
    status: str
    scene: Scene = as_it_is

    @property
    def command(self) -> str:
        return self.words.split()[0]

    def __str__(self) -> str:
        return f"{self.words[:40]} -> {self.exit_code}"


_TOO_LONG = "x" * 300
_NOT_JSON = with_file("shop/.blueprint/run.json", "{")
_TABLE = {"table": "notes", "service": "notes", "columns": ["id", "text", "password_hash"], "rows": 1}
_TABLES = [{**_TABLE, "counted": 100_000}]
_RECORD = {
    "id": "1",
    "time": 1.5,
    "event": "note.taken",
    "action": "notes.keep",
    "workflow": "",
    "key": "7",
    "state": "done",
    "attempts": 0,
    "traceparent": "",
    "error": None,
}
_RECORDS = {
    "records": {"process": "shop", "sources": ["tasks"]},
    "records/tasks": {"items": [_RECORD], "next": None},
}
_LETTER = {"id": "1", "handler": "notes.keep", "key": "7", "attempts": 10, "failed": 1.5, "error": "no"}
_LETTERS = {"dead-letters": {"items": [_LETTER]}, "dead-letters/1/replay": None}

STORIES = (
    Story("new tower -p event-driven -y --no-git", 0, "ok"),
    Story("new tower -n", 0, "ok"),
    Story("new lamp --template lamps -y --no-git", 0, "ok", _template),
    Story("new", 2, "error"),
    Story("new tower --spec mine.yaml", 3, "error", with_file("mine.yaml", "services: {}\n")),
    Story("new tower -y", 4, "error", with_file("tower", "a file\n")),
    Story(f"new tower --spec {_TOO_LONG}.yaml", 5, "error"),
    Story("test -C shop", 0, "ok", _that_ends(0)),
    Story("test -C shop", 1, "failed", _that_ends(1)),
    Story("test", 2, "error"),
    Story("test -C shop", 3, "error", _NOT_JSON),
    Story("test -C shop", 5, "error", with_file("shop/requirements-dev.lock", "nonsense ==\n")),
    Story("lint -C shop/src", 0, "ok", _that_ends(0, 0)),
    Story("lint -C shop", 1, "failed", _that_ends(0, 1, 2)),
    Story("lint", 2, "error"),
    Story("lint -C shop", 3, "error", _NOT_JSON),
    Story("lint -C shop", 5, "error", with_file("shop/requirements-dev.lock", "nonsense ==\n")),
    Story("events -C shop", 0, "ok", _that_answers(_RECORDS)),
    Story("events -C shop --limit many", 2, "error"),
    Story("events -C shop", 3, "error", _NOT_JSON),
    Story("events -C shop", 5, "error"),
    Story("events -C shop", 6, "error", _that_answers({"records": {}})),
    Story("dead-letters -C shop", 0, "ok", _that_answers(_LETTERS)),
    Story("dead-letters show 1 -C shop", 0, "ok", _that_answers(_LETTERS)),
    Story("dead-letters replay --all -C shop", 0, "changed", _that_answers(_LETTERS)),
    Story("dead-letters skip 1 -C shop", 0, "unchanged", _that_answers(_LETTERS)),
    Story("dead-letters skip 2 -C shop", 2, "error", _that_answers(_LETTERS)),
    Story("dead-letters -C shop", 3, "error", _NOT_JSON),
    Story("dead-letters -C shop", 5, "error"),
    Story("dead-letters -C shop", 6, "error", _that_answers({"dead-letters": FAILS})),
    Story("data notes -C shop", 0, "ok", _that_stores(_TABLES)),
    Story("data notes -C shop --tables", 0, "ok", _that_stores(_TABLES)),
    Story("data notes -C shop", 0, "ok", _that_stores([])),
    Story("data note -C shop", 2, "error", _that_stores(_TABLES)),
    Story("data notes -C shop", 3, "error", _NOT_JSON),
    Story("data notes -C shop", 5, "error", _that_stores("nonsense")),
    Story("completion fish", 0, "ok"),
    Story("completion tcsh", 2, "error"),
    Story("add-service letters -C shop --field 'title: str'", 0, "changed"),
    Story("add-service letters -C shop --field 'title: str' -n", 0, "changed"),
    Story("add-service -C shop", 2, "error"),
    Story("add-service letters -C shop --field 'title: text'", 3, "error"),
    Story(
        "add-service letters -C shop --field 'title: str'",
        4,
        "conflict",
        with_file("shop/src/shop/letters/resource.py", "# mine\n"),
    ),
    Story("add-service letters -C shop --field 'title: str'", 5, "error", _another_run),
    Story("add-dependency clock -C shop", 0, "changed", _with_index),
    Story("add-dependency clock -C shop -n", 0, "changed", _with_index),
    Story("add-dependency fastapi -C shop", 2, "error"),
    Story("add-dependency clock -C shop", 3, "error", with_file("shop/pyproject.toml", "[")),
    Story("add-dependency another -C shop", 4, "error", _with_index),
    Story("add-dependency clock -C shop", 5, "error", _another_run),
    Story("lock shop", 0, "changed", _with_index),
    Story("lock shop -n", 0, "changed", _with_index),
    Story("lock .", 2, "error"),
    Story("lock shop", 3, "error", with_file("shop/pyproject.toml", "[")),
    Story("lock shop", 4, "error", with_file("shop/requirements.lock", _MARKERS)),
    Story("lock shop", 5, "error", _another_run),
    Story("sync shop", 0, "unchanged"),
    Story("sync shop", 0, "changed", with_file(_SPEC, MORE)),
    Story("sync shop -n", 0, "changed", with_file(_SPEC, MORE)),
    Story("sync shop", 0, "changed", _left_by_the_spec),
    Story("sync .", 2, "error"),
    Story("sync shop", 3, "error", with_file(_SPEC, "version: 1\n")),
    Story("sync shop", 4, "conflict", _edited_then_changed),
    Story("sync shop", 5, "error", _another_run),
    Story("check shop", 0, "ok"),
    Story("check shop", 1, "drift", with_file(_SPEC, MORE)),
    Story("check shop", 1, "drift", _edited_then_changed),
    Story("check .", 2, "error"),
    Story("check shop", 3, "error", with_file(_SPEC, "version: 1\n")),
    Story("check shop", 4, "error", with_file("shop/.blueprint/lock.json", "{")),
    Story("check shop", 4, "error", with_file(_SPEC, _MARKERS)),
    Story("check shop", 5, "error", _another_run),
    Story("undo shop", 0, "changed", _grown),
    Story("undo shop -n", 0, "changed", _grown),
    Story("undo .", 2, "error"),
    Story("undo shop", 4, "error"),
    Story("undo shop", 4, "error", _grown_and_edited),
    Story("undo shop", 5, "error", _another_run),
    Story("keep shop/Dockerfile", 0, "changed"),
    Story("keep shop/Dockerfile -n", 0, "changed"),
    Story("keep shop/blueprint.yaml", 2, "error"),
    Story("keep -C shop src", 2, "error"),
    Story("keep shop/Dockerfile", 3, "error", with_file(_SPEC, "version: 1\n")),
    Story("keep shop/Dockerfile", 4, "error", with_file("shop/.blueprint/lock.json", "{")),
    Story("keep shop/Dockerfile", 5, "error", _another_run),
    Story("restore shop/Dockerfile", 0, "unchanged"),
    Story("restore shop/Dockerfile", 0, "changed", _without("Dockerfile")),
    Story("restore shop/Dockerfile --force", 0, "changed", with_file("shop/Dockerfile", "mine\n")),
    Story("restore shop/mine.py", 2, "error"),
    Story("restore shop/Dockerfile", 3, "error", with_file(_SPEC, "version: 1\n")),
    Story("restore shop/Dockerfile", 4, "error", with_file("shop/Dockerfile", "mine\n")),
    Story("restore shop/Dockerfile", 5, "error", _another_run),
    Story("take shop/Dockerfile", 0, "unchanged"),
    Story("take shop/src/shop/notes/api.py", 0, "changed"),
    Story("take shop", 2, "error"),
    Story("take shop/Dockerfile", 3, "error", with_file(_SPEC, "version: 1\n")),
    Story(f"take shop/{RESOURCE}", 4, "conflict", _kept_and_edited),
    Story("take shop/Dockerfile", 4, "error", _without("Dockerfile")),
    Story("take shop/Dockerfile", 5, "error", _another_run),
    Story("packs list", 0, "ok", _with_packs),
    Story("packs list shop", 0, "ok"),
    Story("packs test overlays", 0, "ok", _with_packs),
    Story("packs test brokers --trust", 1, "error", _without_tests),
    Story("packs test brokers", 2, "error", _with_packs),
    Story("packs try overlays", 2, "error", _with_packs),
    Story("packs test overlays", 3, "error", with_file("overlays/pack.yaml", "kind: cloud\n")),
    Story("packs test brokers --trust", 5, "error", _without_pytest),
    Story("migrations fetch shop", 0, "unchanged", _that_ran()),
    Story("migrations fetch shop", 0, "changed", _that_ran(_RAN, {**_RAN, "service": "gone"})),
    Story("migrations fetch shop -n", 0, "changed", _that_ran(_RAN)),
    Story("migrations fetch .", 2, "error"),
    Story("migrations bring shop", 2, "error"),
    Story("migrations fetch shop", 3, "error", with_file("shop/.blueprint/run.json", "{")),
    Story("migrations fetch shop", 4, "error", with_file("shop/.blueprint/lock.json", "{")),
    Story("migrations fetch shop", 5, "error", _that_ran({"no": "record"})),
    Story("openapi shop", 0, "unchanged", _that_says_the_same),
    Story("openapi shop", 0, "changed", _that_says("{}")),
    Story("openapi shop -n", 0, "changed", _that_says("{}")),
    Story("openapi shop --check", 0, "unchanged", _that_says_the_same),
    Story("openapi shop --check", 1, "drift", _that_says("{}")),
    Story("openapi .", 2, "error"),
    Story("openapi shop", 3, "error", with_file("shop/.blueprint/run.json", "{")),
    Story("openapi shop", 4, "error", _with_a_link),
    Story("openapi shop", 5, "error", with_file("shop/requirements.lock", "nonsense ==\n")),
    Story("openapi shop", 6, "error", _that_says("hello")),
    Story("compare", 0, "ok"),
    Story("compare --rate 1000 --problem tight-coupling", 0, "ok"),
    Story("compare --print-prices", 0, "ok"),
    Story("compare --rate many", 2, "error"),
    Story("compare --for needs.yaml", 3, "error", with_file("needs.yaml", "version: 1\n")),
    Story("compare -o shop", 4, "error"),
    Story("compare -o nowhere/report.md", 5, "error"),
    Story("explain", 0, "ok"),
    Story("explain monolith", 0, "ok"),
    Story("explain scaling", 0, "ok"),
    Story("explain villamizar-2017", 0, "ok"),
    Story("explain nothing-of-that-name", 2, "error"),
)

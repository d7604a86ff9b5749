"""Commands that are typed in a folder with a project, `shop`, and how each of them ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from blueprint import __version__
from blueprint.cli.main import run
from blueprint.workspace.project import open_project
from tests.unit.cli.projects import MORE, RESOURCE
from tests.unit.cookiecutting.templates import template

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

STORIES = (
    Story("new tower -p event-driven -y --no-git", 0, "ok"),
    Story("new tower -n", 0, "ok"),
    Story("new lamp --template lamps -y --no-git", 0, "ok", _template),
    Story("new", 2, "error"),
    Story("new tower --spec mine.yaml", 3, "error", with_file("mine.yaml", "services: {}\n")),
    Story("new tower -y", 4, "error", with_file("tower", "a file\n")),
    Story(f"new tower --spec {_TOO_LONG}.yaml", 5, "error"),
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
    Story("compare", 0, "ok"),
    Story("compare --rate 1000 --problem tight-coupling", 0, "ok"),
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

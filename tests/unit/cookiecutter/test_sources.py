"""Where templates come from: the address of a zip file, one with a password, one of several."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import pytest

from blueprint.cli.main import run
from blueprint.cookiecutter import archives
from blueprint.cookiecutter.archives import PASSWORD, unpacked
from blueprint.cookiecutter.limited import render_limited
from blueprint.cookiecutter.model import Rendered, TemplateFault, TemplateRequest
from blueprint.cookiecutter.render import render_template
from blueprint.errors import BlueprintError, MachineError, UsageError
from blueprint.tree import RelPath
from tests.unit.cookiecutter.templates import FOLDER, QUESTIONS, template

# A template packed with the password "lamp", by `zip -P`: Python reads such files and writes none.
LOCKED = Path(__file__).with_name("locked.zip")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address that it is served at."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def zipped(folder: Path, file: Path, prefix: str = "library-main/") -> None:
    with ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, prefix + path.relative_to(folder).as_posix())


def trusted(template: str, **wishes: object) -> Rendered:
    return render_template(TemplateRequest(template, trust=True, **wishes))


def problem(kind: type[BlueprintError], request: TemplateRequest) -> tuple[str, str, str | None]:
    with pytest.raises(kind) as error:
        render_template(request)
    [found] = error.value.problems
    return found.code, found.message, found.hint


def test_an_address_of_a_zip_file_is_a_template_where_it_is_trusted(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, url = served
    zipped(template(tmp_path / "library"), folder / "main.zip")

    assert problem(UsageError, TemplateRequest(f"{url}/main.zip"))[0] == "untrusted-template"
    assert trusted(f"{url}/main.zip").name == "my-thing"


def test_a_folder_of_a_zip_file_at_an_address_can_be_meant(served: tuple[Path, str], tmp_path: Path) -> None:
    folder, url = served
    template(tmp_path / "library/python/api")
    zipped(tmp_path / "library", folder / "main.zip")

    assert trusted(f"{url}/main.zip", directory="python/api").name == "my-thing"


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("gone.zip", MachineError, "not-fetched"), ("text.zip", TemplateFault, "bad-zip")],
)
def test_what_is_no_zip_file_at_an_address_is_told(
    name: str, kind: type[BlueprintError], code: str, served: tuple[Path, str]
) -> None:
    folder, url = served
    (folder / "text.zip").write_text("no archive")

    assert problem(kind, TemplateRequest(f"{url}/{name}", trust=True))[0] == code


def test_nobody_at_an_address_is_told() -> None:
    assert problem(MachineError, TemplateRequest("http://127.0.0.1:9/x.zip", trust=True))[0] == "not-fetched"


def test_a_download_ends_where_it_is_too_large(
    served: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = served
    zipped(template(tmp_path / "library"), folder / "main.zip")
    monkeypatch.setattr(archives, "LARGEST", 10)

    assert problem(TemplateFault, TemplateRequest(f"{url}/main.zip", trust=True))[0] == "too-large"


def test_a_zip_file_with_a_password_is_opened_by_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = TemplateRequest(str(LOCKED))
    assert problem(UsageError, request) == (
        "zip-password",
        "this zip file needs a password",
        f"set {PASSWORD}",
    )
    monkeypatch.setenv(PASSWORD, "wrong")
    assert problem(UsageError, request)[:2] == ("zip-password", "the password of this zip file is wrong")

    monkeypatch.setenv(PASSWORD, "lamp")
    assert render_template(request).name == "my-thing"
    assert render_limited(request, colored=False).name == "my-thing"


def test_somebody_at_the_terminal_is_asked_for_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cookiecutter.prompt.read_repo_password", lambda _: "lamp")

    assert (unpacked(LOCKED, "locked.zip", tmp_path / "into", ask=True) / "cookiecutter.json").is_file()


@pytest.fixture(params=["templates", "template"])
def several(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A choice of two templates, one of which is a choice itself; in the newer form and in the older one."""
    root = tmp_path / "several"
    inner = {"flask": "./flask", "django": "./django"}
    for name in inner:
        template(root / "web" / name, {**QUESTIONS, "slug": name})
    template(root / "cli", {**QUESTIONS, "slug": "tool"})
    for folder, offers in ((root, {"Command line": "./cli", "Web": "./web"}), (root / "web", inner)):
        settings: dict[str, object] = {"template": [f"{name} ({path})" for name, path in offers.items()]}
        if request.param == "templates":
            described = {
                name: {"path": path, "title": name, "description": ""} for name, path in offers.items()
            }
            settings = {"templates": described}
        (folder / "cookiecutter.json").write_text(json.dumps(settings))
    return root


@pytest.mark.parametrize(
    ("answer", "name", "chosen"),
    [
        (None, "tool", "Command line"),
        ("cli", "tool", "Command line"),
        ("web", "flask", "Web/flask"),
        ("Web/django", "django", "Web/django"),
    ],
)
def test_one_of_several_templates_is_chosen_without_a_terminal(
    answer: str | None, name: str, chosen: str, several: Path
) -> None:
    rendered = render_template(TemplateRequest(str(several), answers={"template": answer} if answer else {}))

    assert (rendered.name, rendered.answers["template"]) == (name, chosen)


@pytest.mark.parametrize("answer", ["api", "web/rails", "cli/x"])
def test_a_template_that_is_not_offered_is_told_with_those_that_are(answer: str, several: Path) -> None:
    code, message, hint = problem(UsageError, TemplateRequest(str(several), answers={"template": answer}))

    assert (code, message.startswith("the template offers no template ")) == ("bad-answer", True)
    assert hint is not None
    assert answer == "cli/x" or "--answer template=... takes " in hint


def test_folders_in_which_nothing_is_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = template(tmp_path / "science")
    for path in ("data/raw", "models"):
        (folder / FOLDER / path).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    assert render_template(TemplateRequest(str(folder))).empty == (RelPath("models"), RelPath("data/raw"))
    assert run(["new", "mine", "--template", "science", "-y", "--no-git", "-o", "mine"]) == 0
    assert (tmp_path / "mine/data/raw").is_dir()
    assert (tmp_path / "mine/models").is_dir()

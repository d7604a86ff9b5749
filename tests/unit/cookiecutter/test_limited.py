"""A template that nobody trusts takes so much and no more, and what is too much is told as its fault."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.cookiecutter.limited import render_limited
from blueprint.cookiecutter.model import Rendered, TemplateFault, TemplateRequest
from blueprint.cookiecutter.render import render_template
from blueprint.errors import UsageError
from tests.unit.cookiecutter.templates import FOLDER, QUESTIONS, template

DOUBLED = "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}"


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, which is as empty afterwards as before."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def limited(folder: Path, seconds: int = 60, **answers: str) -> Rendered:
    return render_limited(TemplateRequest(str(folder), answers=answers), colored=False, seconds=seconds)


def fault(folder: Path, seconds: int = 60) -> str:
    with pytest.raises(TemplateFault) as error:
        limited(folder, seconds)
    (problem,) = error.value.problems
    assert problem.path == str(folder)
    assert problem.hint
    return problem.code


def test_within_the_limits_it_is_what_it_is_without(tmp_path: Path) -> None:
    template(tmp_path, **{f"{FOLDER}/logo.png": b"\x89PNG\0{{", f"{FOLDER}/run.sh": "#!/bin/sh\n"})
    (tmp_path / FOLDER / "run.sh").chmod(0o755)

    made = limited(tmp_path, license="BSD")

    assert made == render_template(TemplateRequest(str(tmp_path), answers={"license": "BSD"}))


def test_what_is_wrong_is_told_as_without_limits(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        limited(template(tmp_path), license="GPL")

    assert error.value.problems[0].code == "bad-answer"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{{ 'a' * 10 ** 11 }}", "file"),
        ("{{ 'a' * 10 ** 11 }}", "question"),
        ("{{ 'a' * 10 ** 11 }}", "name"),
        ("{{ [1] * 10 ** 11 }}", "file"),
        (DOUBLED, "file"),
    ],
)
def test_a_template_cannot_use_up_the_memory(text: str, where: str, tmp_path: Path) -> None:
    questions = {**QUESTIONS, "evil": text} if where == "question" else QUESTIONS
    files = {"file": {f"{FOLDER}/x": text}, "name": {f"{FOLDER}/{text}": "x"}}.get(where, {})

    assert fault(template(tmp_path, questions, **files)) == "template-limit"


@pytest.mark.slow
def test_a_template_cannot_go_on_for_ever(tmp_path: Path) -> None:
    loops = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"

    assert fault(template(tmp_path, **{f"{FOLDER}/x": loops}), seconds=2) == "template-limit"


@pytest.mark.slow
def test_a_template_cannot_fill_the_disk(tmp_path: Path) -> None:
    files = {f"{FOLDER}/{number}": "{{ 'a' * 60000000 }}" for number in range(4)}

    assert fault(template(tmp_path, **files)) == "template-limit"


@pytest.mark.parametrize(
    "text",
    [
        "{{ range(10 ** 9) | list }}",
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ {}['a'].b }}",
        "{{ [] | first | int(base='x') }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
    ],
)
def test_what_an_expression_raises_is_the_fault_of_the_template(text: str, tmp_path: Path) -> None:
    template(tmp_path, **{f"{FOLDER}/x": text})

    with pytest.raises(TemplateFault) as error:
        render_template(TemplateRequest(str(tmp_path)))

    assert error.value.problems[0].code == "bad-template"


def test_a_name_that_no_disk_takes_is_the_fault_of_the_template(tmp_path: Path) -> None:
    template(tmp_path, **{FOLDER + "/{{ 'a' * 300 }}": "x"})

    with pytest.raises(TemplateFault):
        render_template(TemplateRequest(str(tmp_path)))


def test_no_module_of_the_folder_that_one_is_in_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "cookiecutter", "blueprint", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('canary', 'w')")
    monkeypatch.chdir(tmp_path)

    assert json.dumps(limited(template(tmp_path / "t")).name)
    assert not (tmp_path / "canary").exists()

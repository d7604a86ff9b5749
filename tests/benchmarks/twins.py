"""A written project as the template of other tools: what they make of it has the same bytes.

A light template varies in the two names of the project and in nothing else. A full one has, in each file, as
many tags as our own template of that file: what a template needs that leaves the same choices open.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Options, draft
from blueprint.plan.model import PlannedFile, Template
from tests.benchmarks.tools import PRESET, STACK

PROJECT, PACKAGE = "web-shop", "web_shop"
Tags = Mapping[str, int]

_RECORDS = ".blueprint"
_JINJA = re.compile(r"\{\{|\{%|\{#")
_WORD = re.compile(r"(?<!\{)\b[a-z]{4,}\b")
# Stand in the text for what is put there last.
_PROJECT, _PACKAGE, _IF, _ENDIF = "\1\2\3\4"


def tags_of_our_templates(pattern: str) -> Tags:
    """How many tags the template of each file has; data and copied files have none."""
    plan = draft(Options(PROJECT, pattern, STACK, PRESET), load_catalog()).plan
    return {file.path: _tags(file) for file in plan.files}


def _tags(file: PlannedFile) -> int:
    if not isinstance(file.source, Template):
        return 0
    return len(_JINJA.findall(file.source.origin.file.location.read_text("utf-8")))


def copy_without_records(project: Path, into: Path) -> None:
    """What the tool keeps for itself is no file of the project."""
    shutil.copytree(project, into, ignore=shutil.ignore_patterns(_RECORDS))


def write_cookiecutter_template(project: Path, into: Path, tags: Tags) -> None:
    """Variables: project, and package which follows from it."""
    folder = into / "{{ cookiecutter.project }}"
    _write_template(project, folder, tags, "cookiecutter.", "{{ cookiecutter.package }}")
    package = "{{ cookiecutter.project | replace('-', '_') }}"
    (into / "cookiecutter.json").write_text(json.dumps({"project": PROJECT, "package": package}))


def write_copier_template(project: Path, into: Path, tags: Tags) -> None:
    """The same; every file is a template, whatever it is called."""
    _write_template(project, into / "files", tags, "", "{{ package }}")
    settings = {
        "_subdirectory": "files",
        "_templates_suffix": "",
        "project": {"type": "str", "default": PROJECT},
        "package": {"type": "str", "default": "{{ project | replace('-', '_') }}"},
    }
    (into / "copier.yml").write_text(json.dumps(settings))  # JSON is YAML


def write_plain_template(project: Path, into: Path, tags: Tags) -> None:
    """For `plain_jinja`."""
    _write_template(project, into, tags, "", "[package]")


def _write_template(project: Path, into: Path, tags: Tags, prefix: str, folder: str) -> None:
    package = f"{prefix}package"
    final: dict[str, str | int | None] = {
        _PROJECT: f"{{{{ {prefix}project }}}}",
        _PACKAGE: f"{{{{ {package} }}}}",
        _IF: f"{{% if {package} %}}",
        _ENDIF: "{% endif %}",
    }
    for path, text in _texts(project):
        target = into / path.replace(PACKAGE, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        marked = _with_options(text.replace(PACKAGE, _PACKAGE).replace(PROJECT, _PROJECT), tags.get(path, 0))
        quoted = _JINJA.sub(lambda found: "{{ '" + found[0] + "' }}", marked)
        target.write_text(quoted.translate(str.maketrans(final)), encoding="utf-8")


def _with_options(text: str, tags: int) -> str:
    """The text with words here and there that depend on a condition, until it has so many tags."""
    missing = max(0, tags - text.count(_PROJECT) - text.count(_PACKAGE)) // 2
    words = list(_WORD.finditer(text))
    chosen = words[:: max(1, len(words) // max(1, missing))][:missing]
    for word in reversed(chosen):
        text = f"{text[: word.start()]}{_IF}{word[0]}{_ENDIF}{text[word.end() :]}"
    return text


def _texts(project: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(project.rglob("*")):
        if file.is_file() and _RECORDS not in file.parts:
            yield str(file.relative_to(project)), file.read_text(encoding="utf-8")


def refuse_differences(expected: Path, found: Path) -> None:
    """Raise AssertionError unless both folders hold the same files with the same bytes, records aside."""
    here, there = dict(_texts(expected)), dict(_texts(found))
    different = {path for path in here.keys() | there.keys() if here.get(path) != there.get(path)}
    assert not different, f"{found} differs: {sorted(different)}"

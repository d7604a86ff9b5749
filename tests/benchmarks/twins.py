"""A written project as the template of other tools: what they make of it has the same bytes.

Only the two names of the project vary, so others have less to evaluate than our own templates do.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

PROJECT, PACKAGE = "web-shop", "web_shop"
_JINJA = re.compile(r"\{\{|\{%|\{#")


def copy_without_records(project: Path, into: Path) -> None:
    """What the tool keeps for itself is no file of the project."""
    shutil.copytree(project, into, ignore=shutil.ignore_patterns(".blueprint"))


def write_cookiecutter_template(project: Path, into: Path) -> None:
    """Variables: project, and package which follows from it."""
    _write_template(project, into / "{{ cookiecutter.project }}", "cookiecutter.", "{{ cookiecutter.package }}")
    package = "{{ cookiecutter.project | replace('-', '_') }}"
    (into / "cookiecutter.json").write_text(json.dumps({"project": PROJECT, "package": package}))


def write_copier_template(project: Path, into: Path) -> None:
    """The same; every file is a template, whatever it is called."""
    _write_template(project, into / "files", "", "{{ package }}")
    settings = {
        "_subdirectory": "files",
        "_templates_suffix": "",
        "project": {"type": "str", "default": PROJECT},
        "package": {"type": "str", "default": "{{ project | replace('-', '_') }}"},
    }
    (into / "copier.yml").write_text(json.dumps(settings))  # JSON is YAML


def write_plain_template(project: Path, into: Path) -> None:
    """For `plain_jinja`."""
    _write_template(project, into, "", "[package]")


def _write_template(project: Path, into: Path, prefix: str, folder: str) -> None:
    for path, text in _texts(project):
        target = into / path.replace(PACKAGE, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        quoted = _JINJA.sub(lambda found: "{{ '" + found[0] + "' }}", text)
        named = quoted.replace(PACKAGE, f"{{{{ {prefix}package }}}}").replace(PROJECT, f"{{{{ {prefix}project }}}}")
        target.write_text(named, encoding="utf-8")


def _texts(project: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(project.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(project)), file.read_text(encoding="utf-8")


def refuse_differences(expected: Path, found: Path) -> None:
    """Raise AssertionError unless both folders hold the same files with the same bytes."""
    here, there = dict(_texts(expected)), dict(_texts(found))
    different = {path for path in here.keys() | there.keys() if here.get(path) != there.get(path)}
    assert not different, f"{found} differs: {sorted(different)}"

"""run.json is read completely, and every mistake in it is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.errors import SpecError, UsageError
from blueprint.runtime.description import Description, Environment, read_description

GOOD: dict[str, object] = {
    "version": 1,
    "name": "shop",
    "pattern": "monolith",
    "environment": {"path": ".venv", "requirements": "requirements.lock", "pythonpath": "src"},
    "dotenv": {"path": ".env", "command": ["{python}", "-m", "shop.secrets"]},
    "data": "var",
    "processes": [
        {
            "name": "order-items",
            "command": ["{python}", "--port", "{port}"],
            "ready": "/readyz",
            "env": {"DATABASE_URL": "sqlite:{data}/items.db", "PEER": "{gateway.address}"},
        },
        {"name": "gateway", "command": ["{caddy}"], "ready": "/livez", "env": {"ITEMS": "{order-items.url}"}},
    ],
    "entry": "gateway",
    "smoke": ["{python}", "smoke.py", "{url}"],
}


def read(folder: Path, content: object) -> Description:
    (folder / ".blueprint").mkdir()
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / ".blueprint/run.json").write_text(text)
    return read_description(folder)


def messages(folder: Path, **changes: object) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(folder, GOOD | changes)
    return [problem.message for problem in caught.value.problems]


def test_a_full_description_is_read(tmp_path: Path) -> None:
    description = read(tmp_path, GOOD)
    assert description.environment == Environment(".venv", "requirements.lock", "src")
    assert [program.name for program in description.programs] == ["order-items", "gateway"]
    assert description.programs[0].env["PEER"] == "{gateway.address}"
    assert description.smoke == ("{python}", "smoke.py", "{url}")


def test_environment_secrets_and_smoke_test_may_be_missing(tmp_path: Path) -> None:
    description = read(tmp_path, GOOD | {"environment": None, "dotenv": None, "smoke": None})
    assert (description.environment, description.dotenv, description.smoke) == (None, None, None)


def test_a_folder_without_a_project_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no project"):
        read_description(tmp_path)


def test_broken_json_is_shown_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, '{"version": 1,\n oops}')
    assert caught.value.problems[0].location == ".blueprint/run.json:2:2"


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    programs = [{"name": "", "command": "python", "ready": "readyz", "env": {"A": 1}}]
    assert messages(tmp_path, version=7, data="../var", processes=programs) == [
        "version must be 1",
        "data must be a path inside the project",
        "processes[0].ready must start with a slash",
        "processes[0].name must be a text",
        "processes[0].command must be a list of texts",
        "processes[0].env must be an object of texts",
    ]


@pytest.mark.parametrize("content", ["[]", "3", "null", '"text"'])
def test_other_json_than_an_object_is_a_problem(tmp_path: Path, content: str) -> None:
    with pytest.raises(SpecError, match="the file must be an object"):
        read(tmp_path, content)


def test_an_unknown_placeholder_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, GOOD | {"smoke": ["{pyhton}", "{port}"]})
    named = [(problem.message, problem.hint) for problem in caught.value.problems]
    assert [message for message, _ in named] == [
        "unknown placeholder {port} in smoke",
        "unknown placeholder {pyhton} in smoke",
    ]
    assert "gateway.url" in (named[0][1] or "")


def test_two_processes_of_one_name_are_a_problem(tmp_path: Path) -> None:
    twice = {"name": "a", "command": ["x"], "ready": "/", "env": {}}
    assert messages(tmp_path, processes=[twice, twice], entry="a") == ["two processes are named a"]


def test_the_entry_must_be_a_process(tmp_path: Path) -> None:
    assert messages(tmp_path, entry="door") == ["entry names no process: door"]

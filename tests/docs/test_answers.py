"""Real commands answer as docs/reference/json.md says, and end as docs/reference/commands.md says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.knowledge.messages import load_messages
from tests.docs.answers import SCHEMA, complaints
from tests.docs.commands import USAGES
from tests.docs.pages import REFERENCE, first_column
from tests.docs.stories import STORIES, Story
from tests.unit.cli.projects import project_at


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_command_ends_and_answers_as_documented(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    project_at(tmp_path / "shop")
    with story.scene(tmp_path):
        capsys.readouterr()
        exit_code = run([*shlex.split(story.words), "--json"])

    [line] = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert complaints(answer) == []
    assert (answer["command"], answer["status"], answer["exit_code"], exit_code) == (
        story.command,
        story.status,
        story.exit_code,
        story.exit_code,
    )
    assert {error["code"] for error in answer["errors"]} <= load_messages().errors.keys()


def test_each_exit_code_of_a_command_was_seen() -> None:
    for command in USAGES.keys() - {"run"}:  # tests/runtime sees those of run
        seen = {story.exit_code for story in STORIES if story.command == command}
        assert seen == set(USAGES[command].exit_codes), command


def test_an_answer_with_a_key_that_nobody_documented_is_found() -> None:
    answer = {"blueprint": 1, "command": "explain", "status": "ok", "exit_code": 0, "errors": []}
    data = {"title": "", "sections": [], "sources": []}

    assert complaints({**answer, "data": data}) == []
    assert complaints({**answer, "data": {**data, "more": 1}})
    assert complaints({**answer, "data": {"title": ""}})


def test_the_page_of_compare_names_the_keys_of_the_schema() -> None:
    page = (REFERENCE / "compare.md").read_text("utf-8").partition("## JSON")[2]

    assert first_column(page) == list(SCHEMA["$defs"]["compare"]["properties"])

"""What `run` answers is what docs/reference/json.md says of it, and so are the exit codes."""

from __future__ import annotations

import json
import signal

from tests.docs.answers import complaints
from tests.docs.commands import USAGES
from tests.runtime.project import Project


def test_run_ends_and_answers_as_documented(project: Project) -> None:
    project.describe({"gateway": []}, smoke=["{python}", "-c", "pass"])
    run = project.start()
    answers = [run.answer, answer(project)]  # the second one meets the first
    run.end(signal.SIGTERM)
    answers += [answer(project, "--smoke"), answer(project, "--instances", "nobody=2")]
    project.describe({"gateway": ["fails"]})
    answers.append(answer(project))
    (project.folder / ".blueprint/run.json").write_text("{")
    answers.append(answer(project))

    assert [complaints(each) for each in answers] == [[]] * len(answers)
    assert [each["exit_code"] for each in answers] == [0, 5, 0, 2, 6, 3]
    assert {each["exit_code"] for each in answers} == set(USAGES["run"].exit_codes)
    assert answers[0]["data"]["services"]
    assert answers[4]["data"]["process"] == "gateway"


def answer(project: Project, *flags: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(project.run("--json", *flags).stdout)
    return found

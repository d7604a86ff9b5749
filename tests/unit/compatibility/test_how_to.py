"""The guide to changing an event is true, step by step."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from blueprint.compatibility import incompatibilities
from tests.unit.compatibility.shops import spec

PAGE = (Path(__file__).parents[3] / "docs/how-to/change-an-event.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
[SAID] = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_change_alone_is_refused_with_the_words_that_are_shown() -> None:
    changed = STEPS[0].replace("user_id: str", "customer: str")

    [problem] = incompatibilities(spec(STEPS[0]), spec(changed))

    assert f"error: {problem.message} ({problem.location})\nhint: {problem.hint}\n" == SAID


def test_each_step_fits_the_one_before() -> None:
    assert len(STEPS) == 4
    for before, after in pairwise(STEPS):
        assert incompatibilities(spec(before), spec(after)) == ()


def test_the_old_version_cannot_go_before_who_reacts_has_moved() -> None:
    [problem] = incompatibilities(spec(STEPS[1]), spec(STEPS[3]))

    assert problem.message == '"order.placed" is no longer published, and mails reacted to it'

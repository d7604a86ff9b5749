"""The locked environment of the tests is one that the project allows."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tools.relock import ROOT


def test_what_the_tests_need_is_locked_within_its_limits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = map(Requirement, [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])])

    lock = (ROOT / "tests/requirements.lock").read_text("utf-8")
    versions = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))

    outside = [
        str(wanted)
        for wanted in needed
        if (name := canonicalize_name(wanted.name)) != project["name"]
        and (name not in versions or versions[name] not in wanted.specifier)
    ]
    assert outside == [], "run: python -m tests.tools.relock"

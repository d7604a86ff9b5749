"""The code of the tool is formatted, free of what linters find, typed, and imports only what it may."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.generated.flaws import ASSERTION

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
CHECKS = ["ruff check .", "ruff format --check .", "mypy", "lint-imports"]


def test_no_assertion_decides_what_the_tool_does() -> None:
    files = sorted((ROOT / "blueprint").rglob("*.py"))

    assert files
    assert [file.name for file in files if ASSERTION.search(file.read_text("utf-8"))] == []


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_nothing(check: str) -> None:
    program, *arguments = check.split()

    done = subprocess.run(
        [SCRIPTS / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"{done.stdout}{done.stderr}"

"""Programs that some tests need besides Python, and the Debian packages that install them.

Run as a program, it prints the packages that are missing here.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterable

PACKAGES = {
    "chromium": "chromium",
    "faketime": "faketime",
    "gcc": "gcc",
    "git": "git",
    "haproxy": "haproxy",
    "javac": "default-jdk-headless",
    "mvn": "maven",
    "npm": "npm",
    "promtool": "prometheus",
    "redis-server": "redis-server",
}
"""Program to package."""
ALSO_CALLED = {"chromium": ("chromium-browser", "google-chrome")}
_REASON = re.compile(r"needs (\S+), which is not installed$")


def find(program: str) -> str | None:
    """Its absolute path; None if it is not installed."""
    return next(filter(None, map(shutil.which, (program, *ALSO_CALLED.get(program, ())))), None)


def require(program: str) -> str:
    """Its absolute path; skips the test if it is not installed."""
    import pytest  # not at the top: CI runs this file before anything is installed

    found = find(program)
    if found is None:
        pytest.skip(f"needs {program}, which is not installed")
    return found


def missing_packages() -> list[str]:
    return [package for program, package in PACKAGES.items() if find(program) is None]


def summary(reasons: Iterable[str]) -> str | None:
    """One line about the tests skipped for these reasons; None if no missing program is among them."""
    programs = Counter(found[1] for each in reasons if (found := _REASON.search(each)))
    if not programs:
        return None
    counted = ", ".join(f"{program} ({count})" for program, count in sorted(programs.items()))
    packages = " ".join(dict.fromkeys(PACKAGES.get(program, program) for program in sorted(programs)))
    total = programs.total()
    tests = "1 test needs a program" if total == 1 else f"{total} tests need programs"
    return f"Skipped: {tests} not installed here: {counted}. To run them: apt-get install {packages}"


if __name__ == "__main__":
    sys.stdout.write(" ".join(missing_packages()) + "\n")

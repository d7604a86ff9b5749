"""Every project ends without a process left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.project import Project, until


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    yield project
    project.close()
    clean = until(lambda: not project.processes(), 3)
    for pid in project.processes():
        os.kill(pid, signal.SIGKILL)
    assert clean, "processes were left behind"

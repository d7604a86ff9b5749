"""A project with routes of its own, in each pattern."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.generated.workshop import Workshop
from tests.routes.newsroom import Newsroom

HERE = Path(__file__).parent


@pytest.fixture
def newsroom(workshop: Workshop, tmp_path: Path) -> Callable[[str], Newsroom]:
    """A new project in a pattern."""

    def make(pattern: str) -> Newsroom:
        return Newsroom.make(pattern, workshop, tmp_path / "newsroom")

    return make

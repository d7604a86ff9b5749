"""A plugin of pytest that leaves only the tests that the file `MUTANTS_TESTS` lists, in its order.

One whose name has changed with the mutant is left out, too: it has noticed nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    names = Path(os.environ["MUTANTS_TESTS"]).read_text("utf-8").split("\n")
    places = {name: place for place, name in enumerate(names)}
    chosen = [item for item in items if item.nodeid in places]
    items[:] = sorted(chosen, key=lambda item: places[item.nodeid])

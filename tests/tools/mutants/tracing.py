"""A plugin of pytest that writes down which lines of the tool each test runs, and how long it takes.

`MUTANTS_TRACE` names the file to write.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

_TOOL = str(Path.cwd() / "blueprint")
_OF_PROCESSES = "tests/runtime/"
_STARTS = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec")


class Tracing:
    """What was seen so far of each test."""

    def __init__(self) -> None:
        self._coverage = Coverage(data_file=None, config_file=False, source=[_TOOL], messages=False)
        self._started = False
        self._read: set[str] = set()
        self._tests: dict[str, dict[str, Any]] = {}
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _STARTS:
            self._started = True
        elif event == "open" and (file := str(arguments[0])).startswith(_TOOL) and file.endswith(".py"):
            self._read.add(Path(file).relative_to(Path.cwd()).as_posix())

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        slow = [item for item in items if item.get_closest_marker("slow") and not _is_of_processes(item)]
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)

    def pytest_sessionstart(self) -> None:
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._started, self._read, start = False, set(), time.monotonic()
        self._coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._coverage.switch_context("")
            took = round(time.monotonic() - start, 3)
            self._tests[item.nodeid] = {
                "seconds": took,
                "starts": self._started,
                "reads": sorted(self._read),
                "lines": {},
            }

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        data = self._coverage.get_data()
        for file in data.measured_files():
            path = Path(file).relative_to(Path.cwd()).as_posix()
            for line, tests in data.contexts_by_lineno(file).items():
                for test in filter(None, tests):
                    self._tests[test]["lines"].setdefault(path, []).append(line)
        Path(os.environ["MUTANTS_TRACE"]).write_text(json.dumps(self._tests), "utf-8")


def _is_of_processes(item: pytest.Item) -> bool:
    """What starts and ends processes cannot be promised without any: those tests are slow, and count."""
    return item.nodeid.startswith(_OF_PROCESSES)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Tracing(), "mutants-tracing")

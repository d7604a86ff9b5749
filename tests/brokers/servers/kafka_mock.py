"""The cluster that librdkafka brings along for its own tests. It keeps all in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.brokers.servers import TAKES_ALL, Offer, Server
from tests.brokers.servers.kafka_urls import BAD_URLS, TOO_LARGE, unanswered
from tests.brokers.servers.program import outage

PROGRAM = Path(__file__).parents[1] / "programs" / "kafka_mock.py"


class MockCluster:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._address = self._line()

    def url(self, place: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{place}\n")
        self._process.stdin.flush()
        assert self._line() == place
        return f"kafka://{self._address}/{place}"

    def outage(self) -> AbstractContextManager[None]:
        return outage(self._process)

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def _start(folder: Path) -> Iterator[Server]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        try:
            yield MockCluster(process)
        finally:
            process.kill()


EXEMPT = {
    **TAKES_ALL,
    "test_after_its_topic_was_deleted_all_that_is_published_arrives": "it deletes no topics",
}
OFFERS = [Offer("kafka-mock", "kafka", _start, TOO_LARGE, BAD_URLS, unanswered, EXEMPT, second=True)]

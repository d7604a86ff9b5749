"""The log in a file: it needs no server, and is down while somebody else locks the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.brokers.servers import Offer


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, place: str) -> str:
        return f"sqlite:///{self._folder}/{place}.db"

    @contextmanager
    def outage(self) -> Iterator[None]:
        with (
            closing(Locks()) as locks,
        ):
            for file in self._folder.glob("*.db"):
                locks.take(file)
            yield


class Locks:
    def __init__(self) -> None:
        self._held: list[sqlite3.Connection] = []

    def take(self, file: Path) -> None:
        connection = sqlite3.connect(file, isolation_level=None)
        self._held.append(connection)
        connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        for connection in self._held:
            connection.close()


@contextmanager
def _start(folder: Path) -> Iterator[Files]:
    yield Files(folder)


EXEMPT = {
    "test_what_is_no_event_is_a_dead_letter_once_and_holds_up_nothing": "only adapters write into it",
    "test_an_event_that_is_too_large_is_told_at_once": "it has no limit",
    "test_an_event_over_the_limit_of_the_broker_holds_up_no_other": "it has no limit",
    "test_where_nobody_answers_the_process_says_so_in_a_line_and_waits": "nobody could answer",
    "test_where_a_server_of_another_kind_answers_the_process_says_so_in_a_line_and_waits": "as above",
    "test_after_its_topic_was_deleted_all_that_is_published_arrives": "it is a file that processes have open",
    "test_the_shop_keeps_its_contract_while_processes_are_killed": "every shop of tests/contract runs on it",
}
BAD_URLS = {
    "post:///office": "unknown scheme: 'post'; use `sqlite:///path.db`",
    "kafka://127.0.0.1:9092/office": "unknown scheme: 'kafka'; use `sqlite:///path.db`",
    "broker.db": "unknown scheme: 'broker.db'",
    "sqlite:///": "unknown scheme: 'sqlite'",
}
OFFERS = [Offer("embedded", "embedded", _start, bad_urls=BAD_URLS, exempt=EXEMPT)]

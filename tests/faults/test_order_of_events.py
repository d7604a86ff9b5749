"""Events of one key are done in their order, each once, whatever fails and whoever hangs meanwhile."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.brokers.generated import Office, make_office
from tests.brokers.member import Member, Message
from tests.brokers.service import Service
from tests.conftest import copy_of
from tests.faults.mutants import RETRY_TOPIC, mutate
from tests.support.hanging import stopped
from tests.support.system import eventually

PATIENCE = 60.0
BEYOND_ALL_LEASES = 7.0
"""Seconds: a partition is leased for 3, a task for 5."""
KEYS = tuple("abcdefghijklmnop")


@dataclass(slots=True)
class Desk:
    """Processes of the service that stamps letters, on one database, and whoever posts the letters."""

    clerks: tuple[Service, ...]
    publisher: Member
    broker: Path
    posted: list[Message] = field(default_factory=list)

    @contextmanager
    def one_hanging(self, clerk: Service) -> Iterator[None]:
        with stopped(lambda: clerk.pid, [clerk.database, self.broker]):
            yield

    def post(self, *letters: Message) -> None:
        self.publisher.publish(*letters)
        self.posted += letters

    def post_to_all_keys(self, rounds: int) -> None:
        for _ in range(rounds):
            number = len(self.posted) // len(KEYS)
            self.post(*(letter(f"{key}-{number:04}", key) for key in KEYS))

    def attempts(self, id: str) -> int:
        with closing(sqlite3.connect(self.clerks[0].database)) as inbox:
            row = inbox.execute("SELECT attempts FROM _tasks WHERE id = ?", [f"{id}:"]).fetchone()
        return int(row[0]) if row else 0

    def assert_all_are_stamped_in_order(self) -> None:
        wanted = sorted(message.id for message in self.posted)
        eventually(lambda: len(self.clerks[0].stamped()) >= len(wanted), PATIENCE, "all are stamped")
        stamped = self.clerks[0].stamped()
        assert sorted(stamped) == wanted
        for key in KEYS:
            of_key = [id for id in stamped if id.startswith(f"{key}-")]
            assert of_key == sorted(of_key)


def letter(id: str, key: str, text: str = "") -> Message:
    return Message(id, key, {"letter_id": id, "name": key, "text": text})


@contextmanager
def desk(office: Office, folder: Path, processes: int) -> Iterator[Desk]:
    broker = folder / "broker.db"
    url, database = f"sqlite:///{broker}", folder / "clerks.db"
    with ExitStack() as stack:
        clerks = []
        for number in range(processes):
            clerks.append(Service(office, "clerks", url, folder / f"{number}", database))
            stack.callback(clerks[-1].kill)
            clerks[-1].start()
        publisher = Member(office.python, office.environment, url, ("clerks",), folder / "publisher.log")
        stack.enter_context(closing(publisher))
        yield Desk(tuple(clerks), publisher, broker)


def a_letter_that_fails_is_stamped_before_those_behind_it(desk: Desk) -> None:
    desk.post(letter("a-1", "a", "blurred"), letter("a-2", "a"), letter("a-3", "a"), letter("b-1", "b"))
    eventually(lambda: desk.attempts("a-1") >= 3, PATIENCE, "three attempts")
    assert desk.clerks[0].stamped() == ["b-1"]
    desk.clerks[0].glasses.touch()

    desk.assert_all_are_stamped_in_order()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office("embedded", tmp_path_factory.mktemp("project") / "office")


def test_what_fails_for_a_while_is_done_before_what_is_behind_it(office: Office, tmp_path: Path) -> None:
    with desk(office, tmp_path, processes=1) as one:
        a_letter_that_fails_is_stamped_before_those_behind_it(one)


def test_an_office_that_puts_failed_letters_behind_others_is_found_out(
    office: Office, tmp_path: Path
) -> None:
    copy_of(office.folder, tmp_path / "mutant")
    mutate(tmp_path / "mutant", RETRY_TOPIC)
    mutant = Office(tmp_path / "mutant", office.python)
    with desk(mutant, tmp_path, processes=1) as one, pytest.raises(AssertionError):
        a_letter_that_fails_is_stamped_before_those_behind_it(one)


@pytest.mark.parametrize("pauses", [2, pytest.param(10, marks=pytest.mark.exhaustive)])
def test_a_consumer_that_hangs_beyond_its_lease_and_comes_back_turns_nothing_around(
    office: Office, tmp_path: Path, pauses: int
) -> None:
    with desk(office, tmp_path, processes=2) as two:
        for number in range(pauses):
            two.post_to_all_keys(rounds=10)
            with two.one_hanging(two.clerks[number % 2]):
                two.post_to_all_keys(rounds=10)
                time.sleep(BEYOND_ALL_LEASES)
        two.post_to_all_keys(rounds=10)

        two.assert_all_are_stamped_in_order()

    counts = f"{len(two.posted)} events of {len(KEYS)} keys, {pauses} pauses beyond the lease"
    sys.stdout.write(f"{counts}; lost 0, doubled 0, inversions 0, stuck 0\n")

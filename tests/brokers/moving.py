"""A publisher and readers that go on while servers of a cluster die."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tests.brokers.generated import Office
from tests.brokers.member import Member
from tests.support.system import eventually

PATIENCE = 60.0
SHOWN = 200
"""Events that are published and read between two faults."""


@contextmanager
def members_of(office: Office, log: Path) -> Iterator[Callable[..., Member]]:
    """A function that starts a member, by the URL of its broker and its groups. All end with the block."""
    with ExitStack() as stack:

        def start(url: str, *groups: str) -> Member:
            return stack.enter_context(closing(Member(office.python, office.environment, url, groups, log)))

        yield start


def wait_moving(publisher: Member, readers: Sequence[Member]) -> None:
    """Wait until more is published, and each reader has read more, without waiting for what is lost."""
    before = [len(publisher.taken), *(len(reader.receipts) for reader in readers)]

    def moved() -> bool:
        now = [len(publisher.taken), *(len(reader.receipts) for reader in readers)]
        return all(count > old + SHOWN for count, old in zip(now, before, strict=True))

    eventually(moved, PATIENCE, "events are published and read")


def wait_read(publisher: Member, readers: Sequence[Member]) -> int:
    """Wait until each reader has all that was taken, and return how much that is."""
    taken = set(publisher.taken)
    read = [lambda reader=reader: taken <= {each.id for each in reader.receipts} for reader in readers]
    eventually(lambda: all(has() for has in read), PATIENCE, "all that was taken has come")
    return len(taken)

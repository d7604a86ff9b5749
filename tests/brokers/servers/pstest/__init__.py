"""Pub/Sub as Google's own stand-in does it: a program in Go, built from what its modules are."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import TAKES_ALL, Offer, Unobtainable
from tests.brokers.servers.program import programs_of, running
from tests.brokers.servers.pubsub_urls import BAD_URLS, TOO_LARGE, PubSubServer, unanswered
from tests.brokers.servers.refusal import refusing

HERE = Path(__file__).parent
BUILD_SECONDS = 600


@contextmanager
def _start(folder: Path) -> Iterator[PubSubServer]:
    source = shutil.copytree(HERE, folder / "source", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    _build(programs_of(HERE / "requirements.txt", folder) / "go", source)
    [port] = free_ports(1)
    with refusing() as stranger, running([str(source / "server"), str(port)], port, folder) as program:
        yield PubSubServer(program, port, stranger)


def _build(go: Path, source: Path) -> None:
    """`go.sum` has the hash of everything that is fetched."""
    done = subprocess.run(
        [str(go), "build", "-o", "server", "."],
        cwd=source,
        env=os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"},
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
    )
    if done.returncode:
        raise Unobtainable(f"go build: {done.stderr[-500:]}")


EXEMPT = {
    **TAKES_ALL,
    "test_after_its_topic_was_deleted_all_that_is_published_arrives": "its streams outlive subscriptions",
    "test_a_member_that_slept_too_long_and_comes_back_breaks_no_order": (
        "what two members have had and one let go of, it gives to the second for ever, asleep or not"
    ),
}
OFFERS = [Offer("pubsub-pstest", "pubsub", _start, TOO_LARGE, BAD_URLS, unanswered, EXEMPT)]

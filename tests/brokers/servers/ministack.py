"""SNS and SQS as MiniStack does them. It wants versions of its own, and so an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import TAKES_ALL, Offer
from tests.brokers.servers.program import programs_of, running
from tests.brokers.servers.refusal import refusing
from tests.brokers.servers.sqs_urls import BAD_URLS, TOO_LARGE, SqsServer, credentials, unanswered

LOCK = Path(__file__).with_name("ministack.txt")


@contextmanager
def _start(folder: Path) -> Iterator[SqsServer]:
    python = programs_of(LOCK, folder) / "python"
    [port] = free_ports(1)
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    command = [str(python), "-m", "ministack"]
    with credentials(), refusing() as no, running(command, port, folder, os.environ | own) as program:
        yield SqsServer(program, port, no)


OFFERS = [Offer("sqs-ministack", "sqs", _start, TOO_LARGE, BAD_URLS, unanswered, TAKES_ALL, second=True)]

"""Runs a server of the suite until Ctrl-C, to try a project on it: `python -m tests.brokers.serve nats`."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests.brokers.servers import all_offers


def main(wanted: list[str]) -> int:
    offers = {offer.id: offer for offer in all_offers()}
    if len(wanted) != 1 or wanted[0] not in offers:
        sys.stderr.write(f"usage: python -m tests.brokers.serve {'|'.join(offers)}\n")
        return 2
    with tempfile.TemporaryDirectory() as folder, offers[wanted[0]].start(Path(folder)) as server:
        sys.stdout.write(f"BROKER_URL={server.url('shop')}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""SQS as ElasticMQ does it, a program in Java from Maven Central. It knows no SNS: `sns.py` is before it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import TAKES_ALL, Offer
from tests.brokers.servers.java import STARTS_SOON, fetch_jars, java_in
from tests.brokers.servers.program import running
from tests.brokers.servers.refusal import refusing
from tests.brokers.servers.sqs_urls import BAD_URLS, TOO_LARGE, SqsServer, credentials, unanswered

HERE = Path(__file__).parent
CONFIGURATION = """
include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = %(front)d, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = %(port)d, sqs-limits = strict }
rest-stats { enabled = false }
"""


@contextmanager
def _start(folder: Path) -> Iterator[SqsServer]:
    jars = folder / "jars"
    fetch_jars(HERE, jars)
    java = java_in(folder)
    port, front = free_ports(2)
    (folder / "elasticmq.conf").write_text(CONFIGURATION % {"port": port, "front": front})
    options = [*STARTS_SOON, "-Xmx256m", "-Dconfig.file=elasticmq.conf", "-cp", f"{jars}/*"]
    before = folder / "sns"
    before.mkdir()
    with (
        credentials(),
        refusing() as no,
        running([java, *options, "org.elasticmq.server.Main"], port, folder),
        running([sys.executable, str(HERE / "sns.py"), str(front), str(port)], front, before) as program,
    ):
        yield SqsServer(program, front, no)


OFFERS = [Offer("sqs-elasticmq", "sqs", _start, TOO_LARGE, BAD_URLS, unanswered, TAKES_ALL, needs=("mvn",))]

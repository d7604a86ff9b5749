"""Apache Kafka itself, in KRaft mode: one process that is broker and controller."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import TAKES_ALL, Offer, Server
from tests.brokers.servers.java import STARTS_SOON, fetch_jars, java_in
from tests.brokers.servers.kafka_urls import BAD_URLS, TOO_LARGE, unanswered
from tests.brokers.servers.program import Program, running

HERE = Path(__file__).parent
ID = "MkU3OEVBNTcwNTJENDM2Qk"
CONFIGURATION = """
process.roles=broker,controller
node.id=1
listeners=OPEN://127.0.0.1:{open},LOCKED://127.0.0.1:{locked},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=OPEN://127.0.0.1:{open},LOCKED://127.0.0.1:{locked}
listener.security.protocol.map=OPEN:PLAINTEXT,LOCKED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
inter.broker.listener.name=OPEN
sasl.enabled.mechanisms=PLAIN
listener.name.locked.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \\
  required user_office="s3cret/@";
log.dir={folder}/data
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


class Kafka:
    def __init__(self, port: int, program: Program) -> None:
        self._port, self._program = port, program

    def url(self, place: str) -> str:
        login = "office:s3cret%2F%40"
        return f"kafka://{login}@127.0.0.1:{self._port}/{place}?security.protocol=SASL_PLAINTEXT"

    def outage(self) -> AbstractContextManager[None]:
        return self._program.outage()

    def restart(self) -> None:
        self._program.restart()


@contextmanager
def _start(folder: Path) -> Iterator[Server]:
    jars, java = folder / "jars", java_in(folder)
    fetch_jars(HERE, jars)
    open, locked, controller = free_ports(3)
    configuration = folder / "server.properties"
    configuration.write_text(
        CONFIGURATION.format(open=open, locked=locked, controller=controller, folder=folder)
    )
    command = [java, *STARTS_SOON, "-Xmx512m", "-cp", f"{jars}/*"]
    form = [*command, "kafka.tools.StorageTool", "format", "--standalone", "-t", ID, "-c", str(configuration)]
    subprocess.run(form, check=True, stdout=subprocess.DEVNULL)
    with running([*command, "kafka.Kafka", str(configuration)], locked, folder) as program:
        yield Kafka(locked, program)


def _unanswered(server: Server) -> dict[str, str]:
    url = server.url("office").replace("office:s3cret", "office:wrong")
    return {**unanswered(server), url: "Authentication failed"}


OFFERS = [
    Offer("kafka", "kafka", _start, TOO_LARGE, BAD_URLS, _unanswered, TAKES_ALL, lasting=True, needs=("mvn",))
]

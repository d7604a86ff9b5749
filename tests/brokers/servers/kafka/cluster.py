"""Brokers of Apache Kafka on this machine that are one cluster; each is a controller, too."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient

from blueprint.runtime.ports import free_ports
from tests.brokers.servers.java import STARTS_SOON, fetch_jars, java_in
from tests.brokers.servers.kafka import HERE, ID
from tests.brokers.servers.program import Program, running
from tests.support.system import eventually

CONFIGURATION = """
process.roles=broker,controller
node.id={number}
listeners=OPEN://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=OPEN://127.0.0.1:{port}
listener.security.protocol.map=OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters={voters}
inter.broker.listener.name=OPEN
log.dir={folder}/data
offsets.topic.num.partitions=4
offsets.topic.replication.factor={copies}
min.insync.replicas=1
group.initial.rebalance.delay.ms=0
"""
ANSWER_SECONDS = 10
HEALTHY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Cluster:
    ports: list[int]
    nodes: list[Program]

    def url(self, place: str) -> str:
        return f"kafka://{self._hosts}/{place}"

    def wait_healthy(self) -> None:
        """Return when every partition has all of its replicas in step."""
        eventually(self._is_in_step, HEALTHY_SECONDS, "all replicas are in step", every=0.5)

    def replicas(self, topic: str) -> int:
        topics = self._admin.list_topics(topic, timeout=ANSWER_SECONDS).topics
        return min(len(partition.replicas) for partition in topics[topic].partitions.values())

    def _is_in_step(self) -> bool:
        found = self._admin.list_topics(timeout=ANSWER_SECONDS)
        partitions = [each for topic in found.topics.values() for each in topic.partitions.values()]
        in_step = all(len(each.isrs) == len(each.replicas) for each in partitions)
        return len(found.brokers) == len(self.nodes) and in_step

    @property
    def _admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self._hosts, "log_level": 0})

    @property
    def _hosts(self) -> str:
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)


@contextmanager
def cluster_in(folder: Path, size: int) -> Iterator[Cluster]:
    """A cluster of so many brokers, each with a folder of its own."""
    jars, java = folder / "jars", java_in(folder)
    fetch_jars(HERE, jars)
    command = [java, *STARTS_SOON, "-Xmx256m", "-cp", f"{jars}/*"]
    found = free_ports(2 * size)
    ports, controllers = found[:size], found[size:]
    voters = ",".join(f"{number}@127.0.0.1:{port}" for number, port in enumerate(controllers, 1))
    with ExitStack() as stack:
        nodes: list[Program] = []
        for number, (port, controller) in enumerate(zip(ports, controllers, strict=True), 1):
            place = folder / f"node-{number}"
            place.mkdir()
            values = {"number": number, "port": port, "controller": controller, "voters": voters}
            configuration = place / "server.properties"
            configuration.write_text(
                CONFIGURATION.format(**values, folder=place, copies=min(size, 3)), encoding="utf-8"
            )
            form = [*command, "kafka.tools.StorageTool", "format", "-t", ID, "-c", str(configuration)]
            subprocess.run(form, check=True, stdout=subprocess.DEVNULL)
            start = running([*command, "kafka.Kafka", str(configuration)], controller, place)
            nodes.append(stack.enter_context(start))
        cluster = Cluster(ports, nodes)
        cluster.wait_healthy()
        yield cluster

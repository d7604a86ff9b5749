"""Kafka as a cluster: each broker dies in turn, and nothing that was taken is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.brokers.generated import Office, make_office
from tests.brokers.member import Member, Message
from tests.brokers.moving import members_of, wait_moving, wait_read
from tests.brokers.servers.kafka.cluster import Cluster, cluster_in

KEYS = tuple("abcdefgh")
GROUPS = ("clerks", "archive", "post")

pytestmark = [pytest.mark.exhaustive, pytest.mark.needs("mvn"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def kafka_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office("kafka", tmp_path_factory.mktemp("kafka") / "office")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_in(tmp_path_factory.mktemp("cluster"), 3) as cluster:
        yield cluster


@pytest.fixture
def member(kafka_office: Office, tmp_path: Path) -> Iterator[Callable[..., Member]]:
    with members_of(kafka_office, tmp_path / "members.log") as start:
        yield start


def test_each_broker_dies_in_turn(three: Cluster, member: Callable[..., Member]) -> None:
    readers = [member(three.url("letters"), *(group, *GROUPS)) for group in GROUPS]
    publisher = member(three.url("letters"), *GROUPS)
    for reader in readers:
        reader.work()
    publisher.stream(*KEYS)

    for node in three.nodes:
        wait_moving(publisher, readers)
        node.kill()
        wait_moving(publisher, readers)
        node.start_again()
        three.wait_healthy()
    wait_moving(publisher, readers)
    publisher.rest()

    taken = wait_read(publisher, readers)
    assert three.replicas("letters") == 3
    sys.stdout.write(f"{taken} events, 3 brokers killed; lost 0\n")


def test_fewer_replicas_than_enough_are_told(
    three: Cluster, member: Callable[..., Member], tmp_path: Path
) -> None:
    member(three.url("one-copy") + "?replicas=1", "clerks").publish(Message("1", "a"))
    assert three.replicas("one-copy") == 1

    member(three.url("one-copy"), "clerks").publish(Message("2", "a"))
    assert "use a topic with 3 replicas" in (tmp_path / "members.log").read_text()


@pytest.mark.parametrize(
    ("topic", "replicas", "advice"),
    [
        ("five-copies", 5, "cannot keep 5 replicas of five-copies: add brokers"),
        ("few-copies", 3, "the topic few-copies has 2 replicas, not 3: raise them"),
    ],
)
def test_replicas_that_are_asked_for_and_cannot_be_had_are_refused(
    three: Cluster, member: Callable[..., Member], topic: str, replicas: int, advice: str
) -> None:
    member(three.url("few-copies") + "?replicas=2", "clerks").publish(Message("1", "a"))
    one = member(f"{three.url(topic)}?replicas={replicas}", "clerks")

    with pytest.raises(AssertionError, match=advice):
        one.publish(Message("1", "a"))

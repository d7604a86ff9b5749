"""NATS as a cluster: servers die, one loses its disk, and nothing that was taken is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.brokers.generated import Office, make_office
from tests.brokers.member import Member, Message
from tests.brokers.moving import PATIENCE, members_of, wait_moving, wait_read
from tests.brokers.servers.nats_cluster import Cluster, cluster_in
from tests.support.system import eventually

KEYS = tuple("abcdefgh")


@pytest.fixture(scope="module")
def nats_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office("nats", tmp_path_factory.mktemp("nats") / "office")


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Cluster]:
    with cluster_in(tmp_path, 3) as cluster:
        yield cluster


@pytest.fixture
def member(nats_office: Office, tmp_path: Path) -> Iterator[Callable[..., Member]]:
    with members_of(nats_office, tmp_path / "members.log") as start:
        yield start


@pytest.mark.long
@pytest.mark.timeout(600)
def test_each_server_dies_in_turn_and_one_loses_its_disk(
    three: Cluster, member: Callable[..., Member]
) -> None:
    url = three.url("letters")
    groups = ("clerks", "archive", "post")
    readers = [member(url, *(group, *groups)) for group in groups]
    publisher = member(url, *groups)
    for reader in readers:
        reader.work()
    publisher.stream(*KEYS)

    for node in three.nodes:
        wait_moving(publisher, readers)
        node.kill()
        wait_moving(publisher, readers)
        if node is three.nodes[-1]:
            node.wipe()
        node.start()
        three.wait_healthy()
    wait_moving(publisher, readers)
    publisher.rest()

    taken = wait_read(publisher, readers)
    names = ("letters", "KV_letters-groups")
    eventually(lambda: {three.replicas(name) for name in names} == {3}, PATIENCE, "both have three replicas")
    sys.stdout.write(f"{taken} events, 3 servers killed, 1 disk wiped; lost 0\n")


def test_an_existing_stream_gets_its_replicas(three: Cluster, member: Callable[..., Member]) -> None:
    member(three.url("letters") + "?replicas=1", "clerks").publish(Message("1", "a"))
    eventually(lambda: three.replicas("letters") == 1, PATIENCE, "the stream has one replica")

    later = member(three.url("letters"), "clerks")
    later.stream("a")

    eventually(lambda: len(later.taken) > 1, PATIENCE, "events are taken")
    names = ("letters", "KV_letters-groups")
    eventually(lambda: {three.replicas(name) for name in names} == {3}, PATIENCE, "both have three replicas")


def test_a_cluster_of_two_works_and_says_that_a_server_is_missing(
    tmp_path: Path, member: Callable[..., Member]
) -> None:
    with cluster_in(tmp_path, 2) as two:
        one = member(two.url("letters"), "clerks")
        one.publish(Message("1", "a"))

        assert [message.id for message in one.receive_all(1)] == ["1"]
        assert two.replicas("letters") == 1
        assert "connect to a cluster of 3 servers" in (tmp_path / "members.log").read_text()


def test_replicas_that_are_asked_for_and_cannot_be_had_are_refused(
    tmp_path: Path, member: Callable[..., Member]
) -> None:
    with cluster_in(tmp_path, 2) as two:
        one = member(two.url("letters") + "?replicas=3", "clerks")

        with pytest.raises(AssertionError, match="cannot keep 3 replicas of letters .*: add servers"):
            one.publish(Message("1", "a"))

"""HAProxy's servers are those of the registry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acme.entrypoints import balancer
from acme.entrypoints.balancer import BACKENDS, Haproxy, announce, synchronize
from acme.platform.adapters import eureka_registry
from acme.platform.adapters.eureka import Listing
from acme.platform.adapters.eureka_registry import Registry

BACKEND, SERVICE = next(iter(BACKENDS.items()))


class RuntimeInterface:
    """Knows servers as HAProxy does, and says that it is of this version."""

    def __init__(self, version: str = "2.6.12-1") -> None:
        self.version = version
        self.servers: dict[str, str] = {}
        """Server -> its state."""
        self.maintained: set[str] = set()
        """Servers that were taken out of use, and still have connections."""

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands = (await reader.readline()).decode().split("; ")
        writer.write("".join(self._answer(*command.split()) for command in commands).encode())
        writer.close()
        await writer.wait_closed()

    def _answer(self, verb: str, what: str, *words: str) -> str:
        if (verb, what) == ("show", "info"):
            return f"Name: HAProxy\nVersion: {self.version}\n"
        if (verb, what) == ("show", "servers"):
            names = [name.partition("/")[2] for name in self.servers if name.startswith(f"{words[1]}/")]
            return "1\n# be_id be_name srv_id srv_name\n" + "".join(
                f"3 {words[1]} 1 {name} x 2 {int(name in self.maintained)} x\n" for name in names
            )
        if verb == "del":
            del self.servers[words[0]]
        else:
            self.servers[words[0]] = " ".join([verb, *words[1:]])
        return "\n"


@asynccontextmanager
async def listening(interface: RuntimeInterface) -> AsyncIterator[Haproxy]:
    server = await asyncio.start_server(interface.hear, "127.0.0.1")
    async with server:
        yield Haproxy(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")


class Told(Listing):
    """A registry that told this."""

    def __init__(self, *urls: str) -> None:
        self.instances = {SERVICE: list(urls)} if urls else {}


async def test_servers_come_and_go_with_the_instances() -> None:
    interface = RuntimeInterface()
    async with listening(interface) as haproxy:
        await synchronize(haproxy, Told("http://10.0.0.1:80", "http://10.0.0.2:80"))
        assert interface.servers == dict.fromkeys(
            (f"{BACKEND}/10.0.0.1:80", f"{BACKEND}/10.0.0.2:80"), "enable"
        )

        await synchronize(haproxy, Told("http://10.0.0.2:80", "http://10.0.0.3:80"))
        assert set(interface.servers) == {f"{BACKEND}/10.0.0.2:80", f"{BACKEND}/10.0.0.3:80"}


async def test_a_server_that_could_not_be_deleted_is_used_again_when_its_instance_returns() -> None:
    interface = RuntimeInterface()
    interface.servers = {f"{BACKEND}/10.0.0.1:80": "set state maint", f"{BACKEND}/10.0.0.2:80": "as it is"}
    interface.maintained = {"10.0.0.1:80"}
    async with listening(interface) as haproxy:
        await synchronize(haproxy, Told("http://10.0.0.1:80", "http://10.0.0.2:80"))

    assert interface.servers == {f"{BACKEND}/10.0.0.1:80": "enable", f"{BACKEND}/10.0.0.2:80": "as it is"}


async def test_the_agent_is_known_to_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    async def ask(_: object, method: str, path: str, body: object = None) -> tuple[int, object]:
        asked.append((method, path))
        return 404 if len(asked) == 1 else 204, body

    monkeypatch.setattr(eureka_registry, "_check", lambda *_: None)
    monkeypatch.setattr(Registry, "ask", ask)
    for _ in range(2):
        await announce(Registry("http://127.0.0.1/eureka"))

    assert [method for method, _ in asked] == ["PUT", "POST", "PUT"]


async def test_while_the_registry_has_told_nothing_nothing_is_touched() -> None:
    interface = RuntimeInterface()
    interface.servers = {f"{BACKEND}/10.0.0.1:80": "enable"}
    async with listening(interface) as haproxy:
        await synchronize(haproxy, Told())

    assert set(interface.servers) == {f"{BACKEND}/10.0.0.1:80"}


@pytest.mark.parametrize("version", ["2.6.0", "3.2.1", "10.0.0"])
async def test_a_version_that_will_do_is_taken(version: str) -> None:
    async with listening(RuntimeInterface(version)) as haproxy:
        await haproxy.check()


@pytest.mark.parametrize("version", ["2.5.9", "1.8.0", "nonsense"])
async def test_a_version_that_is_too_old_ends_it_with_a_line(version: str) -> None:
    async with listening(RuntimeInterface(version)) as haproxy:
        with pytest.raises(
            SystemExit, match="HAProxy 2.6 or newer is required at HAPROXY_SOCKET, not .*: update it"
        ):
            await haproxy.check()


async def test_without_haproxy_it_ends_with_a_line(tmp_path: object) -> None:
    with pytest.raises(SystemExit, match="HAProxy is not available at HAPROXY_SOCKET, /.*: start it first"):
        await Haproxy(f"{tmp_path}/haproxy.sock").check()


async def test_an_interface_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        over.set()

    monkeypatch.setattr(balancer, "LOOK", 0.01)
    server = await asyncio.start_server(say_nothing, "127.0.0.1")
    async with server:
        with pytest.raises(SystemExit, match="HAProxy is not available"):
            await Haproxy(f"127.0.0.1:{server.sockets[0].getsockname()[1]}").check()
        await over.wait()

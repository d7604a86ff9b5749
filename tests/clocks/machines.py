"""Shops on machines whose clocks are set, as libfaketime does it: the wall clock only, no monotonic one."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from tests.sagas.stage import Stage, staged
from tests.support.shop import Shop
from tests.support.system import READY_SECONDS, eventually
from tests.support.tokens import claims_of, key_of, signed

SEEN_AFTER = 2.5
"""Seconds until a running process has noticed that its clock was set."""


def base() -> str:
    """Raises where the package `faketime` is not installed: no test may pass without it."""
    found = sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
    if not found:
        raise FileNotFoundError("libfaketime is not there: install the package faketime")
    return str(found[0])


def fake(**how: str) -> dict[str, str]:
    return {
        "LD_PRELOAD": base(),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": "1",
        **how,
    }


@dataclass(frozen=True, slots=True)
class Machine:
    """A running shop, all processes of which read one clock."""

    stage: Stage
    clock: Path

    def set_clock(self, offset: int) -> None:
        """In seconds; -3600 is an hour behind the real one."""
        beside = self.clock.with_suffix(".new")
        beside.write_text(f"{offset:+d}")
        beside.replace(self.clock)

    def crash_all(self, offset: int) -> None:
        """All processes die at once; those that come after them find the clock set."""
        system = self.stage.system
        with system.without_restarts():
            for service in system.workers:
                system.kill(service.name)
            self.set_clock(offset)

    def log_in_again(self, offset: int) -> None:
        """A token of before may not be valid. Returns when every process knows what time it is."""

        def token() -> str | None:
            try:
                token = self.stage.buyer.login(self.stage.buyer.form)
                told = abs(claims_of(token)["iat"] - time.time() - offset) < 60
                asked = [self.stage.buyer.with_token(token).get(path) for path in ("/users/me", "/orders")]
            except (httpx.TransportError, AssertionError):
                return None
            return token if told and all(answer.status_code == 200 for answer in asked) else None

        buyer = self.stage.buyer
        self.stage.buyer = replace(buyer, token=eventually(token, READY_SECONDS, "a login", every=0.1))


@contextmanager
def machine(project: Path, scratch: Path) -> Iterator[Machine]:
    clock = scratch / "clock"
    clock.write_text("+0")
    with staged(project, scratch, variables=fake(FAKETIME_TIMESTAMP_FILE=str(clock))) as stage:
        yield Machine(stage, clock)


@contextmanager
def second_process(stage: Stage, name: str, offset: str) -> Iterator[Shop]:
    """Another process of the service, on the same data, whose clock is another one, by its own address."""
    pid = stage.system.pid_of(name)
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    variables = dict(pair.split("=", 1) for pair in pairs if pair)
    port = str(_free_port())
    command[command.index("--port") + 1] = port
    with (
        (stage.system.folder / "second.log").open("ab") as log,
        subprocess.Popen(
            command,
            cwd=f"/proc/{pid}/cwd",
            env={**variables, **fake(FAKETIME=offset)},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: _is_ready(url), READY_SECONDS, "the second process is ready")
            with httpx.Client(base_url=url, timeout=40, trust_env=False) as client:
                yield replace(stage.buyer, http=client, token=_token_of_any_time(stage))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(READY_SECONDS)


def _token_of_any_time(stage: Stage) -> str:
    """Does not say when it was issued: that may be later than it is where it is shown."""
    assert stage.buyer.token
    claims = {name: value for name, value in claims_of(stage.buyer.token).items() if name != "iat"}
    return signed(key_of(stage.system), claims)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""A process that holds a broker of a generated project open, as its services do; it can be hurt."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("driver.py")
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Message:
    """An event of the broker port."""

    id: str
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)
    type: str = "letter.posted"
    time: str = "2026-01-02T03:04:05+00:00"
    workflow: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that a member has received, and when, by a clock that all processes share."""

    at: float
    key: str
    id: str


class Failed(AssertionError):
    """What the adapter raised."""


class Member:
    def __init__(
        self, python: str, environment: Mapping[str, str], url: str, groups: tuple[str, ...], log: Path
    ) -> None:
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [python, "-P", str(DRIVER), url, ",".join(groups)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                text=True,
            )
        self._log = log
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.receipts: list[Receipt] = []
        """What came while it worked."""
        self.taken: list[str] = []
        """Ids of what the broker has taken while it streamed."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._answer()

    def publish(self, *messages: Message) -> None:
        self._do("publish", events=[asdict(message) for message in messages])

    def publish_raw(self, key: str, body: str) -> None:
        """What is no event, in the place of one."""
        self._do("publish_raw", key=key, body=body)

    def receive(self, within: float = 20.0) -> list[Message]:
        """What comes next, or nothing."""
        return [Message(**event) for event in self._do("receive", within=within)["events"]]

    def receive_all(self, number: int, within: float = 20.0) -> list[Message]:
        """So many messages, each acknowledged, or as many as come in that time."""
        messages: list[Message] = []
        deadline = time.monotonic() + within
        while len(messages) < number and (left := deadline - time.monotonic()) > 0:
            if batch := self.receive(left):
                self.acknowledge()
                messages += batch
        return messages

    def acknowledge(self) -> None:
        self._do("acknowledge")

    def silence(self) -> float:
        """Seconds since the broker last answered, as far as it knows."""
        return float(self._do("silence")["seconds"])

    def leave(self) -> None:
        """Leave the group; a later `receive` joins it again."""
        self._do("leave")

    def work(self) -> None:
        """From now on, receive and acknowledge by itself."""
        self._do("work")

    def stream(self, *keys: str) -> None:
        """From now on, publish by itself: an event for each key, again and again, with rising ids."""
        self._do("stream", keys=keys)

    def rest(self) -> None:
        """Publish no more; what was on its way when this came may or may not have been taken."""
        self._do("rest")

    def stop(self) -> None:
        """Leave and end, in order."""
        self._do("stop")
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(ANSWER_SECONDS) == 0

    def signal(self, how: signal.Signals) -> None:
        self._process.send_signal(how)

    def kill(self) -> None:
        """`kill -9`"""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()

    def _do(self, what: str, **how: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        answer = self._answers.get(timeout=ANSWER_SECONDS)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answer = json.loads(line)
            if "got" in answer:
                self.receipts += [Receipt(answer["at"], key, id) for key, id in answer["got"]]
            elif "taken" in answer:
                self.taken += answer["taken"]
            else:
                self._answers.put(answer)
        code = self._process.wait()
        self._answers.put({"error": f"the process has ended with {code}\n{self._log.read_text()[-2000:]}"})

"""One process in the foreground of a terminal, in which `breakpoint()` works."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import subprocess
import termios
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.runtime.project import BLUEPRINT, Project

pytestmark = pytest.mark.slow

SERVER = """\
import sys

print('{"event": "paid", "level": "info", "amount": 7}', flush=True)
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = "before"
        if self.path == "/":
            breakpoint()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_):
        pass


class Server(HTTPServer):
    def handle_error(self, *_):
        raise  # pdb may be left at the end of a request, too


try:
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
except KeyboardInterrupt:
    print("ended by Ctrl-C")
"""


class Screen:
    """A terminal with a program in its foreground."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.text = ""

    def read_to_end(self) -> None:
        """Read on until the program has closed the terminal: one that nobody reads holds it up."""
        assert not self.shows("\0", 60)

    def shows(self, wanted: str, seconds: float = 120) -> bool:
        deadline = time.monotonic() + seconds
        while wanted not in self.text:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._terminal], [], [], left)[0]:
                return False
            try:
                self.text += os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:  # the program has closed it
                return wanted in self.text
        return True

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())


@contextmanager
def at_terminal(project: Project, *words: str) -> Iterator[tuple[Screen, subprocess.Popen[bytes]]]:
    """`blueprint run` with these words, as a shell starts it."""
    reading, writing = pty.openpty()
    variables = {**project.environment, "TERM": "xterm"}
    program = subprocess.Popen(
        [*BLUEPRINT, "run", "-C", str(project.folder), *words],
        env=variables,
        stdin=writing,
        stdout=writing,
        stderr=writing,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(writing)
    try:
        yield Screen(reading), program
    finally:
        program.kill()
        program.wait()
        os.close(reading)


@pytest.fixture
def shop(project: Project) -> Project:
    """A gateway and orders, which stop at a breakpoint in each request."""
    (project.folder / "server.py").write_text(SERVER)
    command = ["{python}", str(project.folder / "server.py"), "{port}"]
    processes: list[dict[str, object]] = [
        {"name": name, "command": command, "ready": "/readyz", "env": {}} for name in ("gateway", "orders")
    ]
    project.describe({"gateway": []}, processes=processes)
    return project


@pytest.mark.parametrize("words", [("orders", "--debug"), ("--only", "orders", "--debug"), ("--debug",)])
def test_breakpoint_works_in_a_process_in_the_foreground(shop: Project, words: tuple[str, ...]) -> None:
    with at_terminal(shop, *words) as (screen, program):
        assert screen.shows("orders runs in the foreground at http://127.0.0.1:"), screen.text
        assert screen.shows("press Ctrl-C to stop"), screen.text
        answers: list[bytes] = []
        asking = threading.Thread(target=lambda: answers.append(_asked(_url(screen))))
        asking.start()
        assert screen.shows("(Pdb) "), screen.text
        screen.type("p answer\n")
        assert screen.shows("'before'"), screen.text
        screen.type("answer = 'after'\n")
        screen.type("c\n")
        asking.join(60)
        assert answers == [b"after"]
        screen.type("\x03")  # after `c`, pdb takes it
        assert screen.shows("Program interrupted."), screen.text
        screen.type("q\n")
        screen.read_to_end()
        assert program.wait(60) == 1


def _url(screen: Screen) -> str:
    return screen.text.partition(" at ")[2].split(",")[0]


def _asked(url: str) -> bytes:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("words", "line"), [((), "paid amount=7"), (("--log", "json"), '{"event": "paid", "level"')]
)
def test_ctrl_c_ends_a_process_in_the_foreground(shop: Project, words: tuple[str, ...], line: str) -> None:
    with at_terminal(shop, "orders", "--debug", *words) as (screen, program):
        assert screen.shows(line), screen.text
        assert screen.shows("press Ctrl-C to stop"), screen.text
        _asked(f"{_url(screen)}/livez")
        screen.type("\x03")
        assert screen.shows("ended by Ctrl-C"), screen.text
        assert program.wait(60) == 0


def test_a_process_has_the_same_port_in_the_foreground(shop: Project) -> None:
    with at_terminal(shop, "orders", "--debug", "--port", "9950") as (screen, _):
        assert screen.shows("orders runs in the foreground at http://127.0.0.1:9951"), screen.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("orders", "gateway", "--debug"), "--debug runs one process in the foreground"),
        (("orders", "--debug", "--smoke"), "--debug and --smoke do not go together"),
        (("orders", "--debug", "--watch"), "--debug and --watch do not go together"),
    ],
)
def test_what_does_not_go_with_debug_is_a_usage_error(
    shop: Project, words: tuple[str, ...], said: str
) -> None:
    done = subprocess.run(
        [*BLUEPRINT, "run", "-C", str(shop.folder), *words],
        env=shop.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_the_watch_of_files_is_on_at_a_terminal_only(shop: Project) -> None:
    (shop.folder / "server.py").write_text(SERVER.replace("breakpoint()", "pass"))
    with at_terminal(shop) as (screen, program):
        assert screen.shows("all processes are ready, saved files restart their processes"), screen.text
        screen.type("\x03")
        assert program.wait(30) == 130
    run = shop.start()
    assert run.answer["status"] == "ready"
    assert "saved files restart" not in run.logged()


def test_json_of_the_answer_is_not_mixed_with_a_terminal(shop: Project) -> None:
    done = shop.run("orders", "--debug", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "usage"

"""A small HTTP server with bad habits: `fake.py PORT [HABIT …]`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    habits: frozenset[str] = frozenset()

    def do_GET(self) -> None:
        if self.path == "/crash":
            os._exit(9)
        if self.path == "/fault":
            os.write(1, b"about to fail\n")
            # A real fault hits the thread that causes it. A signal to the process goes to the main thread,
            # and this one could end while all stacks are still being printed, which cuts them short.
            signal.pthread_kill(threading.get_ident(), signal.SIGSEGV)
        ready = "never-ready" not in self.habits
        self.send_response(200 if ready else 503)
        self.end_headers()
        self.wfile.write(os.environ.get(self.path[1:], "").encode())

    def log_message(self, *_: object) -> None:
        pass


def have_a_child(shell_prefix: str = "") -> None:
    subprocess.Popen(["sh", "-c", f"{shell_prefix} while :; do sleep 0.1; done"])


def find_the_port_taken(times: int) -> None:
    """So many starts in a row."""
    starts = Path("starts")
    with starts.open("ab") as file:
        file.write(b".")
    if starts.stat().st_size <= times:
        sys.exit("OSError: [Errno 98] error while attempting to bind: Address already in use")


def come_back_badly(times: int) -> None:
    """The first start is fine, so many after it are not."""
    starts = Path("starts")
    with starts.open("ab") as file:
        file.write(b".")
    if 1 < starts.stat().st_size <= times + 1:
        sys.exit("not yet")


def say_goodbye(*_: object) -> None:
    os.write(1, b"goodbye\n")
    os._exit(0)


def fail() -> None:
    for number in range(30):
        os.write(1, f"line {number}\n".encode())
    sys.exit(3)


def log_an_order() -> None:
    """Log lines as the generated services write them, each under a name and a trace of its own."""
    frames = "".join(
        f'  File "{file}", line 7, in create\n    total = prices[item]\n'
        for file in ("/usr/lib/starlette/routing.py", f"{Path.cwd()}/src/shop/orders/api.py")
    )
    events: list[dict[str, object]] = [
        {"event": "request", "method": "POST", "path": "/orders", "status": 201, "seconds": 0.003},
        {"event": "paid", "note": "word " * 40, "level": "warning"},
        {"event": "failed", "exception": f"Traceback (most recent call last):\n{frames}KeyError: 'item'"},
    ]
    for event in events:
        line = json.dumps({"time": "2026-01-02T03:04:05.678Z", **event, "trace_id": "c856562bf6edfb9e"})
        os.write(1, f"{line}\n".encode())


def flood() -> None:
    line = b"x" * 999 + b"\n"
    while True:
        os.write(1, line * 50)


def kill_itself(number: int) -> None:
    os.kill(os.getpid(), number)


HABITS: dict[str, Callable[[], object]] = {
    "fails": fail,
    "logs-an-order": log_an_order,
    "dies-silently": partial(kill_itself, signal.SIGTERM),
    "dies-of-a-fault": partial(kill_itself, signal.SIGSEGV),
    "finds-port-taken-1": partial(find_the_port_taken, 1),
    "finds-port-taken-2": partial(find_the_port_taken, 2),
    "finds-port-taken-3": partial(find_the_port_taken, 3),
    "comes-back-badly-3": partial(come_back_badly, 3),
    "ignores-sigterm": partial(signal.signal, signal.SIGTERM, signal.SIG_IGN),
    "says-goodbye": partial(signal.signal, signal.SIGTERM, say_goodbye),
    "has-child": have_a_child,
    "has-stubborn-child": partial(have_a_child, "trap '' TERM;"),
    "floods": lambda: threading.Thread(target=flood, daemon=True).start(),
}


def main(port: int, habits: frozenset[str]) -> None:
    for name, habit in HABITS.items():
        if name in habits:
            habit()
    Handler.habits = habits
    os.write(1, f"serving on {port}\n".encode())
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), frozenset(sys.argv[2:]))

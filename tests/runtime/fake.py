"""A small HTTP server with bad habits: `fake.py PORT [HABIT …]`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    habits: frozenset[str] = frozenset()

    def do_GET(self) -> None:
        if self.path == "/crash":
            os._exit(9)
        ready = "never-ready" not in self.habits
        self.send_response(200 if ready else 503)
        self.end_headers()
        self.wfile.write(os.environ.get(self.path[1:], "").encode())

    def log_message(self, *_: object) -> None:
        pass


def have_a_child(shell_prefix: str = "") -> None:
    subprocess.Popen(["sh", "-c", f"{shell_prefix} while :; do sleep 0.1; done"])


def find_the_port_taken_once() -> None:
    once = Path("port-was-taken")
    if not once.exists():
        once.touch()
        sys.exit("OSError: [Errno 98] error while attempting to bind: Address already in use")


def say_goodbye(*_: object) -> None:
    os.write(1, b"goodbye\n")
    os._exit(0)


def fail() -> None:
    for number in range(30):
        os.write(1, f"line {number}\n".encode())
    sys.exit(3)


def flood() -> None:
    line = b"x" * 999 + b"\n"
    while True:
        os.write(1, line * 50)


def main(port: int, habits: frozenset[str]) -> None:
    if "fails" in habits:
        fail()
    if "finds-port-taken-once" in habits:
        find_the_port_taken_once()
    if "ignores-sigterm" in habits:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "says-goodbye" in habits:
        signal.signal(signal.SIGTERM, say_goodbye)
    if "has-child" in habits:
        have_a_child()
    if "has-stubborn-child" in habits:
        have_a_child("trap '' TERM;")
    if "floods" in habits:
        threading.Thread(target=flood, daemon=True).start()
    Handler.habits = habits
    os.write(1, f"serving on {port}\n".encode())
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), frozenset(sys.argv[2:]))

"""A small server that uses a module of its project: `server PORT [--fd N]`, N an inherited socket."""

SERVER = """\
import os, signal, socket, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop.{name} import answer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"" if self.path == "/readyz" else answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False


server = Server(("127.0.0.1", int(sys.argv[1])), Handler, bind_and_activate="--fd" not in sys.argv)
if "--fd" in sys.argv:
    server.socket.close()
    server.socket = socket.socket(fileno=int(sys.argv[-1]))


def end(*_):
    raise SystemExit


signal.signal(signal.SIGTERM, end)
try:
    server.serve_forever(0.05)
finally:
    server.server_close()
"""

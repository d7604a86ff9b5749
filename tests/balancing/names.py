"""A DNS server for one zone: SRV records say where the instances of a service are."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

A, SRV = 1, 33
IN = 1
HOST = "instance.test"
_QUESTION = b"\xc0\x0c"  # a pointer to the name that was asked for
_ANSWERED = 0x8580  # a response, authoritative, no error


@contextmanager
def name_server(ports: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Address of a server that knows `_NAME._tcp.test` for each name in `ports`, which may change later."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, ports, ended))
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
                bell.sendto(b"", listener.getsockname())
            thread.join()


def _serve(listener: socket.socket, ports: Mapping[str, Sequence[int]], ended: threading.Event) -> None:
    while True:
        query, client = listener.recvfrom(4096)
        if ended.is_set():
            return
        listener.sendto(_answer(query, ports), client)


def _answer(query: bytes, ports: Mapping[str, Sequence[int]]) -> bytes:
    end = query.index(b"\0", 12) + 5
    labels, position = [], 12
    while length := query[position]:
        labels.append(query[position + 1 : position + 1 + length].decode().lower())
        position += length + 1
    kind = struct.unpack("!H", query[end - 4 : end - 2])[0]
    records = []
    if kind == SRV:
        target = b"".join(bytes([len(label)]) + label.encode() for label in HOST.split(".")) + b"\0"
        listed = ports.get(labels[0].removeprefix("_"), ())
        records = [_record(SRV, struct.pack("!HHH", 1, 1, port) + target) for port in listed]
    elif kind == A:
        records = [_record(A, bytes([127, 0, 0, 1]))]
    head = query[:2] + struct.pack("!HHHHH", _ANSWERED, 1, len(records), 0, 0)
    return head + query[12:end] + b"".join(records)


def _record(kind: int, data: bytes) -> bytes:
    return _QUESTION + struct.pack("!HHIH", kind, IN, 1, len(data)) + data

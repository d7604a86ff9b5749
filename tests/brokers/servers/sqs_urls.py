"""What all servers that stand in for SNS and SQS have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.brokers.servers import Server, refusal
from tests.brokers.servers.program import Program

TOO_LARGE = 256 * 1024
FORM = "must have the form sqs://region/prefix"
BAD_URLS = {
    "sqs://": FORM,
    "sqs://eu-central-1": FORM,
    "sqs://eu-central-1/": FORM,
    "sqs://EU/shop": FORM,
    "sqs://eu-central-1/two words": FORM,
    "sqs://eu-central-1/shop/more": FORM,
    "sqs://eu-central-1/shop?endpont=http://127.0.0.1:1": FORM,
    "sqs://eu-central-1/shop?endpoint=127.0.0.1:1": "the endpoint must be an http:// or https:// URL",
}


class SqsServer:
    def __init__(self, program: Program, port: int, refusing: int) -> None:
        """`refusing` is the port of one that knows no credentials."""
        self._program, self._port, self.refusing = program, port, refusing

    def url(self, place: str) -> str:
        return url_at(self._port, place)

    def outage(self) -> AbstractContextManager[None]:
        return self._program.outage()


def url_at(port: int, place: str) -> str:
    return f"sqs://eu-central-1/{place}?endpoint=http://127.0.0.1:{port}"


def unanswered(server: Server) -> Mapping[str, str]:
    assert isinstance(server, SqsServer)
    return {url_at(1, "shop"): "EndpointConnectionError", url_at(server.refusing, "shop"): refusal.CODE}


@contextmanager
def credentials() -> Iterator[None]:
    """Inside, there are some; those who stand in for AWS do not look at them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        yield

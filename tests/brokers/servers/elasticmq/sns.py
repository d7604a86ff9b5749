"""A topic of SNS before a server that only knows queues: `python sns.py PORT PORT_OF_QUEUES`.

What is for SQS is passed on. What is for SNS is done here: what is published goes to all queues, in order.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

ACCOUNT = "arn:aws:sns:eu-central-1:000000000000"
HOST = "127.0.0.1"
SECONDS = 30.0
XMLNS = "http://sns.amazonaws.com/doc/2010-03-31/"


class Queues:
    """The server behind this one."""

    def __init__(self, port: int) -> None:
        self._port = port

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        connection = HTTPConnection(HOST, self._port, timeout=SECONDS)
        try:
            connection.request("POST", "/", body, dict(headers))
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def call(self, action: str, **values: str) -> dict[str, str]:
        headers = {"X-Amz-Target": f"AmazonSQS.{action}", "Content-Type": "application/x-amz-json-1.0"}
        status, _, body = self.post(headers, json.dumps(values).encode())
        if status != 200:
            raise OSError(body.decode(errors="replace"))
        answer: dict[str, str] = json.loads(body)
        return answer


class Topics:
    def __init__(self, queues: Queues) -> None:
        self._queues = queues
        self._subscribed: dict[str, dict[str, str]] = {}
        """Topic -> the names of its queues -> their URLs."""
        self._turn = threading.Lock()

    def create(self, fields: Mapping[str, str]) -> str:
        topic = f"{ACCOUNT}:{fields['Name']}"
        with self._turn:
            self._subscribed.setdefault(topic, {})
        return f"<TopicArn>{escape(topic)}</TopicArn>"

    def delete(self, fields: Mapping[str, str]) -> str:
        with self._turn:
            self._subscribed.pop(fields["TopicArn"], None)
        return ""

    def subscribe(self, fields: Mapping[str, str]) -> str:
        topic, queue = fields["TopicArn"], fields["Endpoint"].rpartition(":")[2]
        with self._turn:
            self._subscribed[topic][queue] = self._queues.call("GetQueueUrl", QueueName=queue)["QueueUrl"]
        return f"<SubscriptionArn>{escape(topic)}:{escape(queue)}</SubscriptionArn>"

    def publish(self, fields: Mapping[str, str]) -> str:
        done = []
        with self._turn:
            for entry in _entries(fields):
                for url in self._subscribed[fields["TopicArn"]].values():
                    self._queues.call(
                        "SendMessage",
                        QueueUrl=url,
                        MessageBody=entry["Message"],
                        MessageGroupId=entry["MessageGroupId"],
                        MessageDeduplicationId=entry["MessageDeduplicationId"],
                    )
                done.append(f"<member><Id>{entry['Id']}</Id><MessageId>{entry['Id']}</MessageId></member>")
        return f"<Successful>{''.join(done)}</Successful><Failed/>"


def _entries(fields: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Of `PublishBatchRequestEntries.member.N.Name`."""
    entries: dict[int, dict[str, str]] = defaultdict(dict)
    for name, value in fields.items():
        if name.startswith("PublishBatchRequestEntries.member."):
            number, what = name.split(".")[2:4]
            entries[int(number)][what] = value
    for _, entry in sorted(entries.items()):
        yield entry


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    queues: Queues
    topics: Topics

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "X-Amz-Target" in self.headers:
            self._answer(*self.queues.post({**self.headers}, body))
            return
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        action = fields["Action"]
        does = {
            "CreateTopic": self.topics.create,
            "DeleteTopic": self.topics.delete,
            "Subscribe": self.topics.subscribe,
            "PublishBatch": self.topics.publish,
        }
        try:
            result = f"<{action}Result>{does[action](fields)}</{action}Result>"
        except KeyError:
            error = "<Error><Type>Sender</Type><Code>NotFound</Code><Message>no such topic</Message></Error>"
            self._say(404, f'<ErrorResponse xmlns="{XMLNS}">{error}</ErrorResponse>')
            return
        self._say(200, f'<{action}Response xmlns="{XMLNS}">{result}</{action}Response>')

    def _say(self, status: int, answer: str) -> None:
        self._answer(status, {"Content-Type": "text/xml"}, answer.encode())

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Front.queues = Queues(int(sys.argv[2]))
    Front.topics = Topics(Front.queues)
    ThreadingHTTPServer((HOST, int(sys.argv[1])), Front).serve_forever()

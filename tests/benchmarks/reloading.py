"""`python -m tests.benchmarks.reloading`: from a saved file to a request that its new code answers.

`blueprint run --watch` is asked through the gateway, `uvicorn --reload` directly. Each has a copy of the same
project with the same packages. uvicorn has watchfiles, too, without which it looks four times a second.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from statistics import median
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from blueprint.runtime.description import read_description
from blueprint.runtime.launches import wire
from blueprint.runtime.session import prepared
from tests.benchmarks.processes import clean_environment
from tests.benchmarks.rounds import in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import PATTERNS, ROOT, installed, new_shop

ROUNDS = 11
PATIENCE = 60.0
PAUSE = 0.005
SERVICE = "products"
OURS, THEIRS = "`blueprint run`", "`uvicorn --reload`"
ROUTE = """

@router.get("/products/{name}/is/new")
async def is_new() -> str:
    return "{name}"
"""
_NAMES = count()


def main() -> None:
    sys.stdout.write(machine())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        environment = clean_environment(folder / "home")
        blueprint = str(installed(folder / "ours", f"{ROOT}[local]") / "blueprint")
        rows = []
        for pattern in PATTERNS:
            project = folder / pattern
            new_shop([blueprint], "shop", pattern, project, environment)
            found = _measured(blueprint, project, pattern, environment)
            cells = [f"{median(each):.2f} ({min(each):.2f} to {max(each):.2f})" for each in found.values()]
            rows.append([pattern, *cells, f"{ratio(found, OURS, to=THEIRS):.2f}"])
    heads = ["pattern", f"{OURS}, seconds, median (range)", THEIRS, "times"]
    show("From a saved file to the first answer of its code", table(heads, rows))


def _measured(
    blueprint: str, project: Path, pattern: str, environment: Mapping[str, str]
) -> Mapping[str, list[float]]:
    copy = project.with_name(f"{project.name}-uvicorn")
    shutil.copytree(project, copy)
    with ExitStack() as running:
        ours = running.enter_context(_blueprint(blueprint, project, environment))
        theirs = running.enter_context(_uvicorn(copy, "shop" if pattern == "monolith" else SERVICE))
        contestants = {OURS: _seconds(project, ours), THEIRS: _seconds(copy, theirs)}
        return in_turns(contestants, ROUNDS)


def _seconds(project: Path, url: str) -> Callable[[], float]:
    file = project / f"src/shop/{SERVICE}/api.py"
    code = file.read_text(encoding="utf-8")

    def measure() -> float:
        name = f"route-{next(_NAMES)}"
        started = time.perf_counter()
        file.write_text(code + ROUTE.format(name=name), encoding="utf-8")
        while not _answers(f"{url}/products/{name}/is/new"):
            if time.perf_counter() - started > PATIENCE:
                raise TimeoutError(f"{url} does not answer with what was saved")
            time.sleep(PAUSE)
        return time.perf_counter() - started

    return measure


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, ConnectionError):
        return False


@contextmanager
def _blueprint(blueprint: str, project: Path, environment: Mapping[str, str]) -> Iterator[str]:
    command = [blueprint, "run", str(project), "--json", "--watch", "--port", "auto"]
    with _started(command, environment, project) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())["data"]["url"]


@contextmanager
def _uvicorn(project: Path, process: str) -> Iterator[str]:
    """One process of the project."""
    description = read_description(project)
    python, variables = prepared(project, description, lambda _: nullcontext())
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, "watchfiles"]
    subprocess.run(install, check=True)
    launches = wire(description, project, python, variables, {}).launches
    launch = next(each for each in launches if each.name == process)
    (project / "var").mkdir(exist_ok=True)
    command = [*launch.command, "--reload", "--reload-dir", "src"]
    with _started(command, launch.env, project):
        deadline = time.monotonic() + PATIENCE
        while not _answers(f"{launch.url}{launch.ready}"):
            if time.monotonic() > deadline:
                raise TimeoutError("uvicorn does not start")
            time.sleep(PAUSE)
        yield launch.url


@contextmanager
def _started(
    command: list[str], environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


if __name__ == "__main__":
    main()

"""`python -m tests.benchmarks.reloading [ROUNDS]`: from a saved file to a request that its new code answers.

`blueprint run --watch` is asked through the gateway, the others directly. `uvicorn --reload` and
`fastapi dev` have a copy of the same project with the same packages, and watchfiles, without which uvicorn
looks four times a second. Of microservices and event-driven projects they run one process. Applications of
Node.js have two routes.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from blueprint.runtime.description import read_description
from blueprint.runtime.launches import Launch, wire
from blueprint.runtime.ports import free_ports
from blueprint.runtime.session import prepared
from tests.benchmarks.node_apps import nest_app, node_app
from tests.benchmarks.processes import clean_environment
from tests.benchmarks.rounds import Measurements, in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import PATTERNS, ROOT, installed, new_shop

ROUNDS = 11
PATIENCE = 120.0
PAUSE = 0.005
SERVICE = "products"
OURS, UVICORN, FASTAPI = "`blueprint run`", "`uvicorn --reload`", "`fastapi dev`"
NEST, NODE = "`nest start --watch`", "`node --watch`"
ROUTE = """

@router.get("{path}")
async def is_new() -> str:
    return "new"
"""
_APPLICATION = "from {module} import create_app\n\napp = create_app()\n"
_NAMES = count()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    sys.stdout.write(machine())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        environment = clean_environment(folder / "home")
        blueprint = str(installed(folder / "ours", f"{ROOT}[local]") / "blueprint")
        apps = {NEST: nest_app(folder / "nest"), NODE: node_app(folder / "node")}
        rows = []
        for pattern in PATTERNS:
            project = folder / pattern
            new_shop([blueprint], "shop", pattern, project, environment)
            with ExitStack() as running:
                contestants = _of_the_project(running, blueprint, project, pattern, environment)
                for tool, (command, file, content) in apps.items():
                    url = running.enter_context(_other(command, file, environment))
                    contestants[tool] = _seconds(file, partial(_formatted, content), url)
                found = in_turns(contestants, rounds)
            rows.append(_row(pattern, found))
    heads = [
        "pattern",
        *(f"{name}, s" for name in (OURS, UVICORN, FASTAPI, NEST, NODE)),
        f"{OURS} to {UVICORN}",
    ]
    show(f"From a saved file to the first answer of its code, median of {rounds} (range)", table(heads, rows))


def _row(pattern: str, found: Measurements) -> list[str]:
    cells = [f"{median(each):.2f} ({min(each):.2f} to {max(each):.2f})" for each in found.values()]
    return [pattern, *cells, f"{ratio(found, OURS, to=UVICORN):.2f}"]


def _of_the_project(
    running: ExitStack, blueprint: str, project: Path, pattern: str, environment: Mapping[str, str]
) -> dict[str, Callable[[], float]]:
    """What restarts this project, or a copy of it, begun in turn."""
    process = "shop" if pattern == "monolith" else SERVICE
    starters: dict[str, Callable[[Path], Iterator[str]]] = {
        OURS: lambda folder: _blueprint(blueprint, folder, environment),
        UVICORN: lambda folder: _uvicorn(folder, process),
        FASTAPI: lambda folder: _fastapi(folder, process),
    }
    copies = {OURS: project}
    for tool, suffix in ((UVICORN, "uvicorn"), (FASTAPI, "fastapi")):
        copies[tool] = project.with_name(f"{project.name}-{suffix}")
        shutil.copytree(project, copies[tool])
    contestants = {}
    for tool, start in starters.items():
        url = running.enter_context(contextmanager(start)(copies[tool]))
        file = copies[tool] / f"src/shop/{SERVICE}/api.py"
        code = file.read_text(encoding="utf-8")
        contestants[tool] = _seconds(
            file, partial(_formatted, code.replace("{", "{{").replace("}", "}}") + ROUTE), url
        )
    return contestants


def _formatted(content: str, path: str) -> str:
    return content.format(path=path)


def _seconds(file: Path, content: Callable[[str], str], url: str) -> Callable[[], float]:
    def measure() -> float:
        path = f"/{SERVICE}/route-{next(_NAMES)}/is/new"
        started = time.perf_counter()
        file.write_text(content(path), encoding="utf-8")
        while not _answers(f"{url}{path}"):
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


def _blueprint(blueprint: str, project: Path, environment: Mapping[str, str]) -> Iterator[str]:
    command = [blueprint, "run", str(project), "--json", "--watch", "--port", "auto"]
    with _started(command, environment, project) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())["data"]["url"]


def _uvicorn(project: Path, process: str) -> Iterator[str]:
    """One process of the project."""
    launch = _launch(project, process, "watchfiles")
    command = [*launch.command, "--reload", "--reload-dir", "src"]
    with _started(command, launch.env, project):
        _wait_for(f"{launch.url}{launch.ready}")
        yield launch.url


def _fastapi(project: Path, process: str) -> Iterator[str]:
    """The same, by its module with an application."""
    launch = _launch(project, process, "fastapi-cli[standard-no-fastapi-cloud-cli]")
    module = next(word for word in launch.command if word.endswith(":create_app")).partition(":")[0]
    (project / "src/main.py").write_text(_APPLICATION.format(module=module), encoding="utf-8")
    program = str(Path(launch.command[0]).with_name("fastapi"))
    with _started([program, "dev", "src/main.py", "--port", str(launch.port)], launch.env, project):
        _wait_for(f"{launch.url}{launch.ready}")
        yield launch.url


@contextmanager
def _other(command: Sequence[str], file: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """An application of Node.js."""
    [port] = free_ports(1)
    folder = next(each for each in file.parents if each.name in ("nest", "node"))
    with _started(command, {**environment, "PORT": str(port)}, folder):
        _wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"


def _launch(project: Path, process: str, package: str) -> Launch:
    """How to start a process of the project, whose environment has one more package."""
    description = read_description(project)
    python, variables = prepared(project, description, lambda _: nullcontext())
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, package]
    subprocess.run(install, check=True)
    launches = wire(description, project, python, variables, {}).launches
    (project / "var").mkdir(exist_ok=True)
    return next(each for each in launches if each.name == process)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(url):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} does not answer")
        time.sleep(PAUSE)


@contextmanager
def _started(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE if "--json" in command else subprocess.DEVNULL,
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

"""Options, fixtures for the tests that need a running project, and what holds in CI."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

from blueprint.runtime.environment import OWN
from tests.generated.workshop import Workshop
from tests.support import programs, tiers
from tests.support.laws import Reach
from tests.support.system import System

PATTERNS = ("monolith", "microservices", "event-driven")
SLOW = {
    *("auth", "balancing", "brokers", "browser", "clocks", "contract", "databases", "edits", "faults"),
    *("fuzzing", "jobs", "registries", "reload", "routes", "runtime", "sagas", "tracing"),
}
"""Folders whose tests all start real systems."""
SHARED_BY_MODULE = {"auth", "balancing", "browser", "registries", "reload", "sagas", "tracing"}
"""Folders in which all tests of a module use the systems that it starts."""
PROGRAMS = {"browser": "chromium"}
"""Fixture to the program that it starts."""
STAGES = {"one_each", "two_each"}
"""Fixtures that start a system for the tests of a module, elsewhere."""
collect_ignore = ["goldens", "kit/fastapi", "databases/programs"]
NOT_COPIED = shutil.ignore_patterns("var", ".venv", "venv", ".git", "__pycache__", ".*_cache")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


# How long an example takes says more about what else the machine does than about the code.
_BUSY = hypothesis.settings(
    deadline=None, derandomize=False, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("free", _BUSY)
hypothesis.settings.register_profile("fixed", _BUSY, derandomize=True, database=None)


def profile() -> str:
    """Of hypothesis: other examples at each run, or the same ones, which is so in CI.

    There a failure must come from the change that is tested, and come again.
    """
    return os.environ.get("HYPOTHESIS_PROFILE") or ("fixed" if os.environ.get("CI") else "free")


def pytest_configure() -> None:
    hypothesis.settings.load_profile(profile())
    os.environ["PORT"] = "auto"  # many projects run at once, and each would take the ports from 8000 on
    # nohup and a shell's & have them ignored, and so in all that the tests start.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--project",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="check a copy of this project in place of freshly generated ones (repeatable)",
    )
    parser.addoption(
        "--url",
        action="append",
        default=[],
        metavar="URL",
        help="check a shop that is running there; tests of its processes need --project (repeatable)",
    )
    parser.addoption(
        "--instances",
        action="append",
        default=[],
        metavar="PROCESS=N",
        help="start so many of a process of the project (repeatable)",
    )
    tiers.add_options(parser)


def pytest_report_header(config: pytest.Config) -> str | None:
    if tiers.tier_of(config) is tiers.Tier.SAMPLE:
        return "tiers: a sample of the slow tests; --rest runs the others, --all everything"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Generator[None, object, object]:
    made = yield
    if isinstance(made, list):
        tiers.mark_out_of_turn(collector, [each for each in made if isinstance(each, pytest.Item)])
    return made


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if _folder(item) in SLOW:
            item.add_marker(pytest.mark.slow)
        for fixture in PROGRAMS.keys() & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.needs(PROGRAMS[fixture]))
        _keep_together(item)
    kept = tiers.in_tier(items, tiers.tier_of(config))
    config.hook.pytest_deselected(items=[*{*items} - {*kept}])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)  # before the fixtures of the test
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            programs.require(program)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.getreports("skipped")
    if line := programs.summary(str(report.longrepr[2]) for report in skipped):
        terminalreporter.write_line(line, yellow=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A property test that hardly ever reaches its assertion fails: it would hold of anything."""
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    if handle is None:
        return (yield)
    reach, test = Reach(), handle.inner_test
    handle.inner_test = reach.counted(test)
    try:
        result = yield
    finally:
        handle.inner_test = test
    if problem := reach.problem():
        pytest.fail(problem, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    """In CI a skip is a failure: what was not seen to work is not known to work."""
    if report.skipped and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "it is expected to fail"
        report.outcome, report.longrepr = "failed", f"does not count in CI: {reason}"
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "system" in metafunc.fixturenames:
        projects: list[Path] = metafunc.config.getoption("--project")
        cases: dict[str, Path | str] = {folder.name: folder.resolve() for folder in projects}
        cases = {url: url for url in metafunc.config.getoption("--url")} or cases
        cases = cases or {pattern: pattern for pattern in PATTERNS}
        metafunc.parametrize("system", cases.values(), ids=cases, indirect=True, scope="session")


def _keep_together(item: pytest.Item) -> None:
    """Tests of one running system, or of one broker, are done by one worker: each is started once."""
    if _folder(item) in SHARED_BY_MODULE or STAGES & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    for name in ("system", "offer"):
        if name in parameters:
            which = getattr(parameters[name], "id", parameters[name])
            item.add_marker(pytest.mark.xdist_group(f"{name} {which}"))


def _folder(item: pytest.Item) -> str:
    """The name of the folder below `tests`; empty for a test elsewhere."""
    [folder, separator, _] = item.nodeid.removeprefix("tests/").partition("/")
    return folder if separator else ""


def generate(pattern: str, into: Path) -> None:
    """Creates the shop in this pattern in the folder `into`."""
    choices = ("-p", pattern, "-s", "fastapi", "--preset", "e-commerce", "--no-git", "-o", str(into))
    subprocess.run([sys.executable, "-m", "blueprint", "new", "shop", *choices], check=True, timeout=120)


def copy_of(project: Path, into: Path) -> None:
    """Copies a project without its data; the environment is shared, since making it takes long."""
    shutil.copytree(project, into, ignore=NOT_COPIED)
    if (environment := project / OWN).exists():
        (into / OWN).symlink_to(environment, target_is_directory=True)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """One for all tests: what it has written and installed is there for the next one."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A running shop; pytest groups the tests by it, so that only one runs at a time."""
    folder = tmp_path_factory.mktemp("system") / "shop"
    if str(request.param).startswith("http"):
        elsewhere = System(folder, folder.parent / "run.log")
        elsewhere.url = request.param
        yield elsewhere
        return
    make = copy_of if isinstance(request.param, Path) else generate
    make(request.param, folder)
    flags = [word for each in request.config.getoption("--instances") for word in ("--instances", each)]
    with System(folder, folder.parent / "run.log", *flags) as running:
        yield running

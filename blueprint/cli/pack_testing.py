"""Trying out packs: projects that take them, and the suite that every broker has to pass."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.catalog.contract import CONTRACT, read_contract
from blueprint.catalog.load import load_catalog, packs_of
from blueprint.catalog.model import CHOICES, Catalog, Pack
from blueprint.catalog.sources import PROJECT_FOLDER, NoSource, folder_source
from blueprint.cli.drafting import Options, draft
from blueprint.errors import MachineError, Problem, UsageError
from blueprint.render.renderer import render

_SUITES = Path(__file__).resolve().parents[1] / "_suites"
_REPOSITORY = Path(__file__).resolve().parents[2]
_TESTS = "tests/brokers"
_STDERR = 2
_NEEDED = ("httpx", "pytest", "pytest_timeout")


class Trial(Struct, frozen=True):
    """A project that takes a pack: the label of the pack, the pattern, and how many files it has."""

    pack: str
    pattern: str
    files: int


class Trials(Struct, frozen=True):
    """What was tried out, and the brokers, for which there is a suite beside."""

    projects: tuple[Trial, ...]
    brokers: tuple[Pack, ...]


def trial_projects(folder: Path) -> Trials:
    """Render a project with each pack of the folder, in every pattern that takes it; nothing is written.

    Raises UsageError without such a folder, PackError for a pack that is not as it should be.
    """
    try:
        source = folder_source(PROJECT_FOLDER, folder.expanduser().resolve())
    except NoSource:
        hint = "blueprint packs test DIR"
        raise UsageError(Problem("no-packs", "there is no such folder", hint, str(folder))) from None
    packs, catalog = packs_of(source), load_catalog(sources=[source])
    trials = [
        Trial(pack.label, options.pattern or "", len(render(draft(options, catalog).plan)))
        for pack in packs
        for options in _projects(pack, catalog)
    ]
    return Trials(tuple(trials), tuple(pack for pack in packs if pack.kind == "broker"))


def _projects(pack: Pack, catalog: Catalog) -> Iterator[Options]:
    stack = pack.id if pack.kind == "stack" else pack.stack or catalog.offers("stack")[0].id
    is_chosen = pack.kind in ("preset", *CHOICES)
    for pattern in catalog.offers("pattern", stack):
        takes = pack.kind not in CHOICES or pack.kind in (*pattern.ports, *pattern.options)
        if takes and (pack.kind != "pattern" or pack.id == pattern.id):
            options = Options("trial", pattern.id, stack, packs=(PROJECT_FOLDER,))
            yield replace(options, **{pack.kind: pack.id}) if is_chosen else options


def run_suite(folder: Path, brokers: Sequence[Pack], *, trust: bool) -> bool:
    """Run the suite of brokers on the packs of the folder, and return whether it passes.

    What the tests say goes to stderr. Raises UsageError without `trust`, PackError where a pack does not say
    how its server is started, MachineError where pytest is missing.
    """
    contracts = [read_contract(pack) for pack in brokers]
    if not trust:
        commands = "; ".join(shlex.join(each) for one in contracts for each in (one.server, one.delete))
        message = f"the suite runs the code of the pack, and these programs: {commands}"
        hint = f"read {CONTRACT} and the pack first; if you trust them, add --trust"
        raise UsageError(Problem("untrusted-pack", message, hint, str(folder)))
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        hint = 'pip install "backend-blueprint[packs]"'
        raise MachineError(Problem("no-suite", f"the suite needs {', '.join(missing)}", hint))
    root = _SUITES if _SUITES.is_dir() else _REPOSITORY
    command = [sys.executable, "-P", "-m", "pytest", "-c", f"{_TESTS}/suite.ini", "--rootdir", ".", _TESTS]
    options = ["-p", "no:cacheprovider", "--packs", str(folder.expanduser().resolve())]
    return subprocess.run([*command, *options], cwd=root, stdout=_STDERR, check=False).returncode == 0

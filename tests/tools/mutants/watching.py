"""What each test runs, found by running it once; kept for as long as its file stays the same."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.tools.mutants.trial import ROOT, Copy, preload

_HOURS = 3600.0


def watched(folder: Path, tests: Sequence[str], scratch: Path) -> Path:
    """The file with what the tests in these folders run; those that are new or changed run now."""
    file = folder / "trace.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {"files": {}, "tests": {}, "tool": {}}
    files = _digests(tests)
    changed = [path for path, digest in files.items() if known["files"].get(path) != digest]
    if changed:
        sys.stdout.write(f"{len(changed)} files of tests run once while they are watched.\n")
        sys.stdout.flush()
        seen = _watch(changed, folder, scratch)
        kept = {
            name: test
            for name, test in known["tests"].items()
            if (path := name.partition("::")[0]) in files and path not in changed
        }
        # What was seen of a module before it changed no longer tells which of its lines a test runs.
        tool = _digests(["blueprint"]) if len(changed) == len(files) else known["tool"]
        made = {"files": files, "tests": kept | seen, "tool": tool}
        file.write_text(json.dumps(made), "utf-8")
    return file


def changed_modules(file: Path) -> frozenset[str]:
    """The modules of the tool that are not what they were when the tests were watched."""
    tool: dict[str, str] = json.loads(file.read_text("utf-8"))["tool"]
    return frozenset(path for path, digest in _digests(["blueprint"]).items() if tool.get(path) != digest)


def _watch(files: Sequence[str], folder: Path, scratch: Path) -> dict[str, Any]:
    preload()
    (place := scratch / "watched").mkdir()
    made = scratch / "trace.json"
    arguments = ["-p", "tests.tools.mutants.tracing", *files]
    trial = Copy(place).run(arguments, _HOURS, MUTANTS_TRACE=str(made))
    if trial.outcome != "passed":
        shutil.copy(place / "pytest.log", folder)
        raise SystemExit(f"the tests fail without a mutant: {trial.by}; see .mutants/pytest.log")
    seen: dict[str, Any] = json.loads(made.read_text("utf-8"))
    return seen


def _digests(parts: Sequence[str]) -> dict[str, str]:
    places = (ROOT / part for part in parts)
    found = sorted(file for at in places for file in (at.rglob("*.py") if at.is_dir() else [at]))
    wanted = (file for file in found if "blueprint" in parts or file.name.startswith("test_"))
    return {
        file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in wanted
    }

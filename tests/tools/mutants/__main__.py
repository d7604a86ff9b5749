"""Try mutants: `python -m tests.tools.mutants --sample 400`, again to go on, `--again` after better tests.

The results stand in `.mutants/results.jsonl`. A survivor that makes no difference is argued in `argued.toml`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.tools.mutants.mutations import Mutant, mutants_of
from tests.tools.mutants.selection import Seen, read_seen, selected, starting, starting_beside
from tests.tools.mutants.trial import ROOT, Copy, preload
from tests.tools.mutants.watching import changed_modules, watched

PACKAGES = ("workspace", "plan", "spec", "evolution", "compatibility", "runtime", "knowledge")
TESTS = (
    "tests/unit",
    "tests/runtime",
    "tests/reliability",
    "tests/generated/test_goldens.py",
    "tests/generated/test_trees.py",
)
FOLDER = ROOT / ".mutants"
ARGUED = Path(__file__).parent / "argued.toml"
Result = dict[str, Any]

_copy: Copy
_tests: list[Seen]
_changed: frozenset[str]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        trace = watched(FOLDER, options.tests, Path(scratch))
        # Of the tree as it is copied, though somebody may have gone on with it while the tests ran.
        mutants = sample(options.packages, options.sample, options.seed)
        results = _known(options.again)
        wanted = [mutant for mutant in mutants if mutant.id not in results]
        for result in _tried(wanted, trace, Path(scratch), options):
            results[result["id"]] = result
            with (FOLDER / "results.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            _say(f"{result['outcome']:9} {result['seconds']:6} s  {result['mutant']}  {result['by']}")
    return _report(mutants, results)


def sample(packages: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """So many of all mutants of the packages, the same for the same seed.

    A file that changes has other mutants; which ones are drawn of the others does not depend on it.
    """
    found = [
        mutant
        for package in packages
        for file in sorted((ROOT / "blueprint" / package).rglob("*.py"))
        for mutant in mutants_of(ROOT, file.relative_to(ROOT).as_posix())
    ]
    return sorted(found, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.id}".encode()).digest())[:size]


def is_argued(mutant: Mutant, argued: Sequence[dict[str, str]]) -> bool:
    """Whether it is written down why no test can notice the mutant, or why none should."""
    return any(
        (each["path"], each["before"], each["after"]) == (mutant.path, mutant.before, mutant.after)
        and each.get("line", "") in (ROOT / mutant.path).read_text("utf-8").splitlines()[mutant.line - 1]
        for each in argued
    )


def read_argued() -> list[dict[str, str]]:
    argued: list[dict[str, str]] = tomllib.loads(ARGUED.read_text("utf-8")).get("mutant", [])
    return argued


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=400, metavar="N", help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--packages", nargs="+", default=PACKAGES, metavar="NAME")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help="that may notice")
    parser.add_argument("--jobs", type=int, default=2, help="how many are tried at once")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS", help="for the tests of one")
    parser.add_argument(
        "--tests-for", type=float, default=12, metavar="SECONDS", help="of tests of each kind, at most"
    )
    parser.add_argument(
        "--deep", action="store_true", help="let survivors also meet the tests that start processes"
    )
    parser.add_argument("--again", action="store_true", help="try those that survived once more")
    return parser.parse_args(arguments)


def _known(again: bool) -> dict[str, Result]:
    file = FOLDER / "results.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    results = {result["id"]: result for result in map(json.loads, lines)}
    return {id: result for id, result in results.items() if not again or result["outcome"] != "survived"}


def _tried(
    mutants: Sequence[Mutant], trace: Path, scratch: Path, options: argparse.Namespace
) -> Iterator[Result]:
    if not mutants:
        return
    preload()
    context = multiprocessing.get_context("fork")
    with context.Pool(options.jobs, _begin, (trace, scratch)) as pool:
        work = [(mutant, options.timeout, options.tests_for, options.deep) for mutant in mutants]
        yield from pool.imap_unordered(_try, work)


def _begin(trace: Path, scratch: Path) -> None:
    global _copy, _tests, _changed
    _copy = Copy(Path(tempfile.mkdtemp(dir=scratch)))
    _tests, _changed = read_seen(trace), changed_modules(trace)


def _try(work: tuple[Mutant, float, float, bool]) -> Result:
    mutant, timeout, tests_for, deep = work
    rounds = [selected(mutant, _tests, tests_for, _changed), starting_beside(mutant, _tests)]
    if deep:
        rounds += [selected(mutant, _tests, float("inf"), _changed), starting(_tests)]
    result = {"id": mutant.id, "mutant": str(mutant), **asdict(mutant), "outcome": "survived"}
    result |= {"by": "no test runs it" if not any(rounds) else "", "seconds": 0.0, "tests": 0}
    for tests in filter(None, rounds):
        trial = _copy.try_mutant(mutant, tests, timeout if tests is rounds[0] else 10 * timeout)
        result["seconds"] = round(result["seconds"] + trial.seconds, 2)
        result["tests"] += len(tests)
        if trial.by and not _is_seen(trial.by, mutant):
            # It may have failed for a reason of its own.
            trial = _copy.try_mutant(mutant, [trial.by], timeout)
        if trial.outcome != "passed":
            return result | {"outcome": "found", "by": trial.by or trial.outcome}
    return result


def _is_seen(name: str, mutant: Mutant) -> bool:
    """Whether the test was seen to run the place."""
    return any(test.test == name and test.runs(mutant, _changed) for test in _tests)


def _report(mutants: Sequence[Mutant], results: dict[str, Result]) -> int:
    argued = read_argued()
    survivors = [mutant for mutant in mutants if results[mutant.id]["outcome"] == "survived"]
    open_ones = [mutant for mutant in survivors if not is_argued(mutant, argued)]
    _say("")
    for package in sorted({mutant.path.split("/")[1] for mutant in mutants}):
        of = [mutant for mutant in mutants if mutant.path.split("/")[1] == package]
        _say(f"{package:14} {sum(mutant not in survivors for mutant in of)} of {len(of)} found")
    for mutant in open_ones:
        _say(f"survived: {mutant}  {results[mutant.id]['by']}")
    found = len(mutants) - len(survivors)
    share = 100 * found / max(len(mutants), 1)
    _say(f"{found} of {len(mutants)} found ({share:.1f} %), {len(survivors) - len(open_ones)} argued")
    return 1 if open_ones else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Starts a project many times on a busy machine, each time without its data, and shows what did not come up.

    python -m tests.tools.start_often monolith --preset blank --times 300

Every process writes a traceback where it is killed by a fault of its own. Ends with 1 if one start failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLUEPRINT = [sys.executable, "-m", "blueprint"]
LASTING = 100
"""Lines of a failed start that are shown."""
_BURN = "while True: sum(range(100_000))"
_SECONDS = 300


@contextmanager
def busy(burners: int) -> Iterator[None]:
    """Meanwhile so many processes want all of a core."""
    started = [subprocess.Popen([sys.executable, "-c", _BURN]) for _ in range(burners)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def made(pattern: str, preset: str, into: Path) -> Path:
    """A new project in this folder."""
    choices = ["-p", pattern, "--preset", preset, "--no-git", "-y", "-o", str(into)]
    subprocess.run([*BLUEPRINT, "new", "often", *choices], check=True, capture_output=True)
    return into


def failed_start(project: Path, *, fresh: bool) -> str | None:
    """What is known of a start that failed; None for one that came up and passed its smoke test.

    It begins without data; if `fresh`, also without the environment and the secrets.
    """
    left = ["var", *([".env", ".blueprint/venv"] if fresh else [])]
    for path in (project / each for each in left):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    done = subprocess.run(
        [*BLUEPRINT, "run", str(project), "--smoke", "--json"],
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode == 0:
        return None
    answer = json.loads(done.stdout or "{}")
    lines = done.stderr.splitlines()[-LASTING:]
    return "\n".join([f"exit code {done.returncode}", json.dumps(answer.get("errors")), *lines])


def say(text: str) -> None:
    """Onto stdout at once: whoever waits for hundreds of starts wants to see the first failure."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pattern")
    parser.add_argument("--preset", default="blank")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--burners", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", action="store_true", help="make environment and secrets each time, too")
    wanted = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as scratch, busy(wanted.burners):
        project = made(wanted.pattern, wanted.preset, Path(scratch) / "often")
        for number in range(1, wanted.times + 1):
            failure = failed_start(project, fresh=wanted.fresh)
            if failure is not None:
                failures += 1
                say(f"start {number} failed: {failure}")
            if number % 25 == 0:
                say(f"{number} starts, {failures} failed")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())

"""Two runs at the same moment: `python -m tests.reliability.race FOLDER NAME NAME` prints what each said."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.reliability.crash import said
from tests.unit.workspace.sample import create


def race(paths: list[Path]) -> list[str]:
    ready_read, ready_write = os.pipe()
    go_read, go_write = os.pipe()
    answers = [_start(path, ready_write, go_read) for path in paths]
    for _ in paths:
        os.read(ready_read, 1)
    os.write(go_write, b"." * len(paths))
    texts = []
    for answer in answers:
        with os.fdopen(answer) as stream:
            texts.append(stream.read())
    for _ in paths:
        os.wait()
    return texts


def _start(path: Path, ready: int, go: int) -> int:
    ours, theirs = os.pipe()
    if os.fork():
        os.close(theirs)
        return ours
    os.write(ready, b".")
    os.read(go, 1)
    os.write(theirs, said(lambda: create(path)).encode())
    os._exit(0)


if __name__ == "__main__":
    folder, *names = sys.argv[1:]
    json.dump(race([Path(folder) / name for name in names]), sys.stdout)

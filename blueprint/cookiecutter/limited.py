"""Render an untrusted template in a separate process with limited resources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.msgpack import decode, encode

from blueprint.cookiecutter.model import (
    LARGEST,
    TOO_LARGE,
    TOO_MUCH_MEMORY,
    Rendered,
    TemplateFault,
    TemplateRequest,
    beyond_limit,
)
from blueprint.disk.folder import open_folder
from blueprint.errors import (
    BlueprintError,
    ConflictError,
    Interrupted,
    MachineError,
    Problem,
    SystemFailed,
    UsageError,
)
from blueprint.scratch import scratch_folder
from blueprint.tree import FileBlob, RelPath, Tree

SECONDS = 60
"""CPU seconds. Waiting for answers takes none."""

_PACKAGES = str(Path(__file__).parents[2])
# Do not import modules from the current folder.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from blueprint.cookiecutter.child import main; main()"
_LOOK_SECONDS = 0.5
_TEMPORARY = "temporary"
_STOPPED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KINDS = (UsageError, TemplateFault, ConflictError, MachineError, SystemFailed)


class Order(Struct, frozen=True):
    """The input of the process."""

    request: TemplateRequest
    is_colored: bool
    seconds: int


class Answer(Struct, frozen=True):
    """The output of the process: a project, or errors with the exit code of their kind."""

    name: str = ""
    files: dict[str, FileBlob] = {}
    answers: dict[str, object] = {}
    skipped: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    exit_code: int = 0
    problems: tuple[Problem, ...] = ()


def render_limited(request: TemplateRequest, *, colored: bool, seconds: int = SECONDS) -> Rendered:
    """Render a template within limits of memory, space and CPU time.

    Raises the same errors as `render_template`, TemplateFault if the template reaches a limit, and
    Interrupted.
    """
    with scratch_folder() as scratch, open_folder(scratch) as folder:
        folder.make(_TEMPORARY)
        folder.create("order", encode(Order(request, colored, seconds)))
        code = _outcome(scratch, request.template)
        try:
            answer = decode(folder.read("answer"), type=Answer)
        except FileNotFoundError:
            raise _ended(code, request.template) from None
    if answer.problems:
        raise _error(answer)
    files = {RelPath(path): blob for path, blob in answer.files.items()}
    empty = tuple(map(RelPath, answer.empty))
    return Rendered(answer.name, Tree(files), answer.answers, answer.skipped, empty)


def _outcome(scratch: Path, template: str) -> int:
    """The exit code of the process. Raises TemplateFault if it exceeds the disk limit."""
    with _process(scratch) as child:
        while True:
            try:
                return child.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if _size(scratch) > 2 * LARGEST:
                    raise TemplateFault(beyond_limit(TOO_LARGE, template)) from None


@contextmanager
def _process(scratch: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "TMPDIR": str(scratch / _TEMPORARY)}
    command = [sys.executable, "-P", "-c", _START, _PACKAGES, str(scratch)]
    child = subprocess.Popen(command, env=environment)
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def _size(folder: Path) -> int:
    files = (Path(above, name) for above, _, names in os.walk(folder) for name in names)
    return sum(path.lstat().st_size for path in files if path.exists())


def _ended(code: int, template: str) -> BaseException:
    if -code in _STOPPED or code - 128 in _STOPPED:
        return Interrupted(abs(code) % 128)
    is_late = code == -signal.SIGXCPU
    what = "takes too long" if is_late else TOO_MUCH_MEMORY
    return TemplateFault(beyond_limit(what, template))


def _error(answer: Answer) -> BlueprintError:
    kind = next((kind for kind in _KINDS if kind.exit_code == answer.exit_code), None)
    if kind is None:
        raise RuntimeError(answer.problems[0].message)
    return kind(answer.problems)

"""Why a gateway does not start: `caddy run` ends without printing an error in its configuration."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

from blueprint.runtime.captured import captured
from blueprint.runtime.launches import Launch


def errors_of_gateway(launch: Launch) -> tuple[str, ...]:
    """The lines that `caddy adapt` prints about the same configuration; none for another program."""
    program, *words = launch.command
    if Path(program).name != "caddy" or words[:1] != ["run"]:
        return ()
    with suppress(OSError, subprocess.SubprocessError):
        done = captured((program, "adapt", *words[1:]), launch.directory, launch.env)
        return tuple(done.stderr.splitlines()) if done.returncode else ()
    return ()

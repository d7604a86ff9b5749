"""Locate programs that `blueprint run` needs in addition to Python."""

from __future__ import annotations

import os
import shutil
import sysconfig

from blueprint.errors import MachineError, Problem


def locate(name: str) -> str:
    """The absolute path of a program in this installation, otherwise on PATH.

    Raises:
        MachineError: it is not installed.
    """
    folders = (sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath))
    path = shutil.which(name, path=os.pathsep.join(folders))
    if path is None:
        hint = 'pip install "backend-blueprint[local]"'
        raise MachineError(Problem("missing-tool", f"{name} is not installed", hint))
    return path

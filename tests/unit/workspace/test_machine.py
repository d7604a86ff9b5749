"""What the machine refuses has an error of its own, with a way out, for each reason that people meet."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from blueprint.workspace.machine import machine_error

CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "quota-exceeded",
    errno.EROFS: "read-only-disk",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EIO: "disk-failure",
    errno.EMFILE: "too-many-open-files",
    errno.ENFILE: "too-many-open-files",
    errno.ENAMETOOLONG: "path-too-long",
}


@pytest.mark.parametrize("number", CODES, ids=errno.errorcode.get)
def test_every_refusal_has_a_code_a_message_and_a_way_out(number: int) -> None:
    [problem] = machine_error(OSError(number, "as the system says"), Path("shop")).problems

    assert problem.code == CODES[number]
    assert problem.message
    assert "as the system says" not in problem.message
    assert " " in problem.message
    assert " " in str(problem.hint)
    assert problem.message != problem.hint
    assert str(problem.path).startswith("shop")

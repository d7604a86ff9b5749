"""What clerks do in the project that the suite runs: they have trouble with some letters."""

import os
from pathlib import Path

from office.clerks.messages import Stamp
from office.clerks.resource import Clerk, clerks
from office.platform.storage.database import Tx
from office.platform.workflows.actions import action


def has_glasses() -> bool:
    return Path(os.environ["GLASSES"]).exists()


@action
async def stamp(tx: Tx, command: Stamp) -> None:
    await clerks.insert(tx, Clerk(letter_id=command.letter_id, name=command.name, text=""))
    if command.text == "blurred" and not has_glasses():
        raise OSError("the clerk cannot read it now")
    if command.text == "illegible" and not has_glasses():
        raise ValueError("the clerk cannot read it")

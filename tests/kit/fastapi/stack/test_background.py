"""What holds of loops in the background."""

import asyncio
from contextlib import suppress

import pytest

from acme.platform.workflows import background
from acme.platform.workflows.background import Loop


class Deaf(Loop):
    """Does not hear the first time that it is told to end."""

    async def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()


async def test_who_did_not_hear_that_it_is_to_end_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "CANCEL_INTERVAL", 0.01)
    loop = Deaf()
    await loop.start()
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await loop.stop()

    assert not loop.alive

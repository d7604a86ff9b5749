"""What holds of identifiers."""

import itertools
import time
from uuid import UUID

import pytest

from acme.platform.storage.ids import new_id


def test_ids_sort_in_the_order_in_which_they_were_made_whatever_the_clock_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time_ns()
    clock = itertools.chain([now, now, now + 1_000_000, now - 5_000_000_000], itertools.repeat(now))
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))

    ids = [new_id() for _ in range(2_000)]

    assert ids == sorted(set(ids))
    assert {UUID(id).version for id in ids} == {7}

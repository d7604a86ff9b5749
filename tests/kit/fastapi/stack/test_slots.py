"""Calls to the outside are few at a time, and fewer of one customer alone."""

from contextlib import ExitStack

import pytest
from pydantic import BaseModel

from acme.platform.calls.failures import Busy
from acme.platform.calls.slots import LONGEST_WAIT, Slots


class Pay(BaseModel):
    user_id: str


def begin(stack: ExitStack, slots: Slots, *users: str) -> None:
    for user in users:
        stack.enter_context(slots.taken(Pay(user_id=user)))


def test_one_customer_has_a_quarter_of_the_room() -> None:
    slots = Slots(8, by="user_id")
    with ExitStack() as stack:
        begin(stack, slots, "eve", "eve")

        with pytest.raises(Busy):
            begin(stack, slots, "eve")
        begin(stack, slots, "ada")


def test_all_together_have_as_much_as_there_is() -> None:
    slots = Slots(4, by="user_id")
    with ExitStack() as stack:
        begin(stack, slots, "ada", "bob", "eve", "joe")

        with pytest.raises(Busy):
            begin(stack, slots, "zoe")


def test_without_a_field_there_are_no_shares() -> None:
    slots = Slots(4)
    with ExitStack() as stack:
        begin(stack, slots, "eve", "eve", "eve", "eve")

        with pytest.raises(Busy):
            begin(stack, slots, "ada")


def test_there_is_room_again_afterwards_also_after_a_failure() -> None:
    slots = Slots(1)
    with pytest.raises(OSError), slots.taken(Pay(user_id="eve")):
        raise OSError

    with slots.taken(Pay(user_id="eve")):
        pass


def test_who_comes_later_is_told_a_later_turn() -> None:
    slots, turns = Slots(4, by="user_id"), []
    with ExitStack() as stack:
        begin(stack, slots, "eve")
        for _ in range(10_000):
            with pytest.raises(Busy) as refused:
                begin(stack, slots, "eve")
            turns.append(refused.value.retry_after)

    assert turns[0] < turns[1] < turns[2]
    assert max(turns) <= LONGEST_WAIT

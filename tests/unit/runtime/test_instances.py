"""What may be said after --instances."""

from __future__ import annotations

import pytest

from blueprint.errors import UsageError
from blueprint.runtime.description import Description, Program
from blueprint.runtime.instances import names_of, read_instances

PROGRAMS = (
    *(Program(name, ("x",), "/", {}) for name in ("orders", "users", "gateway")),
    Program("registry", ("x",), "/", {}, unless="DISCOVERY_URL"),
)
SHOP = Description("shop", "microservices", None, None, "var", PROGRAMS, "gateway", None)


def test_each_process_can_have_a_number() -> None:
    assert read_instances(["orders=3", "users=1"], SHOP) == {"orders": 3, "users": 1}


@pytest.mark.parametrize(
    ("wish", "message", "hint"),
    [
        (
            "order=2",
            'no process "order" can have several instances',
            'did you mean "orders"? there is orders, users',
        ),
        ("gateway=2", 'no process "gateway" can have several instances', "there is orders, users"),
        ("registry=2", 'no process "registry" can have several instances', "there is orders, users"),
        *(
            (
                wish,
                f"--instances takes a process and a number from 1 to 32, not {wish!r}",
                "write it as --instances orders=2",
            )
            for wish in ("orders", "orders=", "orders=0", "orders=-1", "orders=33", "orders=two", "")
        ),
        (
            "orders=" + "9" * 5000,
            f"--instances takes a process and a number from 1 to 32, not {'orders=' + '9' * 33!r}",
            "write it as --instances orders=2",
        ),
    ],
)
def test_anything_else_is_told_with_what_would_do(wish: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_instances([wish], SHOP)
    [problem] = caught.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_instances(["order=2", "users=x", "orders=2"], SHOP)
    assert len(caught.value.problems) == 2


def test_a_single_process_keeps_the_name_of_its_program() -> None:
    assert names_of("orders", {}) == names_of("orders", {"orders": 1}) == ("orders",)
    assert names_of("orders", {"orders": 2}) == ("orders.1", "orders.2")

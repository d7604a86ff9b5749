from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.merging.diff3 import Clash, TooLong, merge3

TEXTS = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n"]), max_size=12)


def merged(base: list[bytes], yours: list[bytes], new: list[bytes]) -> list[bytes] | None:
    """The merged lines; None where some clash."""
    parts = merge3(base, yours, new)
    if any(isinstance(part, Clash) for part in parts):
        return None
    return [line for part in parts if not isinstance(part, Clash) for line in part]


@given(base=TEXTS, other=TEXTS)
def test_a_change_of_one_side_is_taken(base: list[bytes], other: list[bytes]) -> None:
    assert merged(base, base, other) == other
    assert merged(base, other, base) == other
    assert merged(base, other, other) == other


@given(base=TEXTS, yours=TEXTS, new=TEXTS)
def test_it_does_not_matter_whose_side_is_which(
    base: list[bytes], yours: list[bytes], new: list[bytes]
) -> None:
    assert merged(base, yours, new) == merged(base, new, yours)


@given(base=TEXTS, new=TEXTS, at=st.integers(0, 12))
def test_no_line_of_the_users_gets_lost(base: list[bytes], new: list[bytes], at: int) -> None:
    yours = [*base[:at], b"mine\n", *base[at:]]
    parts = merge3(base, yours, new)

    assert [line for part in parts for line in (part.yours if isinstance(part, Clash) else part)].count(
        b"mine\n"
    ) == 1


def test_neighbouring_changes_clash() -> None:
    assert merged([b"a", b"b"], [b"A", b"b"], [b"a", b"B"]) is None


def test_a_long_text_with_few_changes_is_no_work() -> None:
    base = [b"%d\n" % number for number in range(200_000)]
    yours, new = list(base), list(base)
    yours[10], new[-10] = b"mine\n", b"new\n"

    both = list(yours)
    both[-10] = b"new\n"
    assert merged(base, yours, new) == both


def test_what_would_take_minutes_is_refused() -> None:
    base = [b"%d\n" % number for number in range(10_000)]

    with pytest.raises(TooLong):
        merge3(base, [b"x\n" + line for line in base], base)

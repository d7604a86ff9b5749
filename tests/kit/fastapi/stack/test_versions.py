"""An event is told in all its published versions, and heard in the one that is reacted to."""

from typing import Any

import pytest

from acme.platform.messaging.versions import EventData, Version, Versions
from acme.platform.workflows.actions import ActionCall


class SoldV1(EventData):
    total: int


class SoldV2(EventData):
    total: int
    currency: str


class SoldV4(EventData):
    amount: int
    currency: str


def renamed(old: SoldV2) -> SoldV4:
    return SoldV4(amount=old.total, currency=old.currency)


def named_as_before(new: SoldV4) -> SoldV2:
    return SoldV2(total=new.amount, currency=new.currency)


VERSIONS = Versions(
    {
        "thing.sold": Version(SoldV1),
        "thing.sold.v2": Version(SoldV2, "thing.sold", lambda old: SoldV2(total=old.total, currency="EUR")),
        "thing.sold.v4": Version(SoldV4, "thing.sold.v2", renamed, named_as_before),
    }
)


def heard(type: str, data: dict[str, Any], *wanted: str) -> dict[str, Any]:
    return VERSIONS.current(ActionCall("shop.sell", "t1", data, event_type=type), wanted).context


def test_an_occurrence_is_told_in_every_published_version_the_newest_first() -> None:
    published = VERSIONS.all_published("thing.sold.v4", {"amount": 3, "currency": "USD", "extra": True})

    assert list(published.items()) == [
        ("thing.sold.v4", {"amount": 3, "currency": "USD", "extra": True}),
        ("thing.sold.v2", {"total": 3, "currency": "USD"}),
    ]


def test_what_does_not_fit_its_version_is_not_told() -> None:
    with pytest.raises(ValueError, match="amount"):
        VERSIONS.all_published("thing.sold.v4", {"amount": "much", "currency": "USD"})


def test_the_error_does_not_hold_the_data() -> None:
    with pytest.raises(ValueError) as raised:
        VERSIONS.all_published("thing.sold", {"total": "secret"})

    assert "secret" not in str(raised.value)


def test_an_event_without_versions_is_told_as_it_is() -> None:
    assert VERSIONS.all_published("thing.seen", {"any": 1}) == {"thing.seen": {"any": 1}}


def test_an_older_version_is_heard_as_the_one_that_is_wanted() -> None:
    found = heard("thing.sold", {"total": 3, "extra": True}, "thing.lost", "thing.sold.v4")

    assert found == {"amount": 3, "currency": "EUR", "total": 3, "extra": True}


def test_step_by_step_comes_to_the_same_as_at_once() -> None:
    between = heard("thing.sold", {"total": 3}, "thing.sold.v2")

    assert heard("thing.sold.v2", between, "thing.sold.v4") == heard(
        "thing.sold", {"total": 3}, "thing.sold.v4"
    )


def test_the_version_that_is_wanted_is_left_alone() -> None:
    assert heard("thing.sold", {"total": "any"}, "thing.sold") == {"total": "any"}


def test_a_newer_version_than_the_wanted_one_is_not_guessed_at() -> None:
    with pytest.raises(LookupError, match="unknown version thing.sold.v5"):
        heard("thing.sold.v5", {}, "thing.sold.v4")


def test_a_version_that_the_one_before_cannot_be_made_into_is_not_guessed_at() -> None:
    versions = Versions({"thing.sold": Version(SoldV1), "thing.sold.v2": Version(SoldV2, "thing.sold")})

    with pytest.raises(LookupError, match="no conversion to thing.sold.v2 from the previous version"):
        versions.current(
            ActionCall("shop.sell", "t1", {"total": 3}, event_type="thing.sold"), ["thing.sold.v2"]
        )


def test_other_events_are_left_alone() -> None:
    assert heard("thing.seen", {"any": 1}, "thing.sold.v4") == {"any": 1}

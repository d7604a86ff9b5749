"""Logins that fail: a password cannot be guessed, and nobody else has to suffer for who tries."""

from __future__ import annotations

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, at_once, created, open_shop, unique
from tests.support.system import System

ENOUGH = 20
"""More failures at once than an account allows."""
FAR_TOO_MANY = 40
"""More than a client may have at all accounts together."""
LONGEST_WAIT = 60


def _guess(shop: Shop, email: str, claimed_address: str = "") -> int:
    headers = {"X-Forwarded-For": claimed_address} if claimed_address else {}
    return shop.post("/login", {"email": email, "password": f"not {unique()}"}, headers).status_code


def test_who_guesses_has_to_wait_and_is_told_how_long(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    answers = [_guess(shop, form["email"]) for _ in range(ENOUGH)]
    refused = shop.post("/login", {"email": form["email"], "password": form["password"]})

    assert answers == sorted(answers)
    assert set(answers) == {401, 429}
    assert_problem(refused, 429)
    assert 0 < int(refused.headers["retry-after"]) <= LONGEST_WAIT


def test_guesses_at_the_same_moment_are_counted_too(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    answers = at_once(ENOUGH, lambda _: _guess(shop, form["email"]))

    assert 0 < answers.count(401) < ENOUGH


def test_an_email_that_nobody_has_is_limited_as_any_other(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    known, unknown = (
        [_guess(shop, email) for _ in range(ENOUGH)] for email in (form["email"], f"{unique()}@example.com")
    )

    assert known == unknown


def test_others_log_in_as_before(shop: Shop) -> None:
    victim = shop.user_form()
    for _ in range(ENOUGH):
        _guess(shop, victim["email"])

    assert shop.register().token


def test_a_device_that_has_been_in_gets_in_while_others_guess(system: System) -> None:
    with open_shop(system.url) as here, open_shop(system.url) as elsewhere:
        form = here.user_form()
        created(here.post("/users", form))
        assert here.login(form)

        guesses = [_guess(elsewhere, form["email"]) for _ in range(ENOUGH)]

        assert guesses[-1] == 429
        assert elsewhere.post("/login", form).status_code == 429
        assert here.login(form)


def test_logins_that_are_right_do_not_count(newcomer: Shop) -> None:
    assert all(newcomer.login(newcomer.form) for _ in range(ENOUGH))


def test_a_login_that_is_right_clears_what_was_before(newcomer: Shop) -> None:
    for _ in range(3):
        assert {_guess(newcomer, newcomer.form["email"]) for _ in range(ENOUGH // 4)} == {401}
        assert newcomer.login(newcomer.form)


def test_who_claims_to_be_somebody_else_is_not_believed(shop: Shop) -> None:
    """Else a stranger could use up what that address has."""
    answers = {_guess(shop, f"{unique()}@example.com", "9.9.9.9") for _ in range(FAR_TOO_MANY)}

    assert answers == {401}

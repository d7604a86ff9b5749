"""Accounts: who may have one, and how one logs in."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, at_once, created, ok, unique


def test_a_new_user_is_told_their_id_email_and_name(shop: Shop) -> None:
    form = shop.user_form(name="Ada")

    user = created(shop.post("/users", form))

    assert isinstance(user["id"], str) and user["id"]
    assert (user["email"], user["name"]) == (form["email"], "Ada")


def test_an_email_comes_back_as_it_was_written(shop: Shop) -> None:
    email = f"Ada.{unique()}@Example.COM"

    assert created(shop.post("/users", shop.user_form(email=email)))["email"] == email


@pytest.mark.parametrize("change", [str.upper, str.lower, str.swapcase])
def test_an_email_is_taken_in_whatever_case(shop: Shop, change: Callable[[str], str]) -> None:
    email = f"Ada.{unique()}@Example.com"
    created(shop.post("/users", shop.user_form(email=email)))

    assert_problem(shop.post("/users", shop.user_form(email=change(email))), 409)


def test_of_many_who_want_the_same_email_at_once_one_gets_it(shop: Shop) -> None:
    email = f"{unique()}@example.com"
    forms = [shop.user_form(email=email) for _ in range(10)]

    answers = at_once(10, lambda n: shop.post("/users", forms[n]).status_code)

    assert sorted(answers) == [201] + 9 * [409]


def test_a_login_gives_a_bearer_token_that_ends(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    answer = ok(shop.post("/login", {"email": form["email"], "password": form["password"]}))

    assert isinstance(answer["access_token"], str) and answer["access_token"]
    assert answer["token_type"] == "bearer"
    assert type(answer["expires_in"]) is int and answer["expires_in"] > 0


def test_a_login_does_not_mind_the_case_of_the_email(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    assert shop.login({**form, "email": form["email"].upper()})


def test_a_login_says_nothing_about_whether_the_email_is_known(shop: Shop) -> None:
    form = shop.user_form()
    created(shop.post("/users", form))

    wrong = shop.post("/login", {"email": form["email"], "password": "not the password"})
    unknown = shop.post("/login", {"email": f"{unique()}@example.com", "password": "not the password"})

    assert_problem(wrong, 401)
    assert wrong.json() == unknown.json()
    assert _told_by_headers(wrong) == _told_by_headers(unknown)


def _told_by_headers(response: httpx.Response) -> set[str]:
    """Which headers there are; the values of some differ with every answer."""
    return set(response.headers)


def test_the_whole_password_counts(shop: Shop) -> None:
    form = shop.user_form(password=unique() + 183 * "x" + "y")
    created(shop.post("/users", form))

    assert shop.login(form)
    assert_problem(
        shop.post("/login", {"email": form["email"], "password": form["password"][:-1] + "z"}), 401
    )


def test_a_password_of_any_script_works(shop: Shop) -> None:
    form = shop.user_form(password=f"пароль🔑{unique()}")
    created(shop.post("/users", form))

    assert shop.login(form)


def test_a_user_sees_themselves(newcomer: Shop) -> None:
    me = ok(newcomer.get("/users/me"))

    assert (me["id"], me["email"], me["name"]) == (newcomer.id, newcomer.form["email"], "Newcomer")

"""Secrets stay out of what is shown, wherever a row has them."""

from __future__ import annotations

import json

import pytest

from blueprint.runtime.redaction import HIDDEN, Redaction, is_sensitive

TOKEN = "kQ7-long-enough-to-be-one"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "password_hash",
        "PASSWORD",
        "apiKey",
        "api_key",
        "apikey",
        "access_token",
        "token",
        "HTTPToken",
    ]
    + ["client_secret", "privateKey", "salt", "otp", "credentials", "signing-key", "passphrase2"],
)
def test_a_name_that_stands_for_a_secret(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "name",
        "key",
        "keyboard",
        "monkey",
        "passenger",
        "tokenizer",
        "hashtag",
        "idempotency_key",
        "traceparent",
    ],
)
def test_a_name_that_stands_for_none(name: str) -> None:
    assert not is_sensitive(name)


def test_values_are_hidden_by_the_names_of_columns_and_settings() -> None:
    redaction = Redaction(frozenset({"stripe_id"}), {})

    row = redaction.row({"id": 1, "password": "a", "stripe_id": "b", "token": None})

    assert row == {"id": 1, "password": HIDDEN, "stripe_id": HIDDEN, "token": None}


def test_json_is_looked_into_at_any_depth() -> None:
    body = json.dumps({"user": {"password": "a", "name": "Ada"}, "list": [{"token": 3}]})

    shown = Redaction(frozenset(), {}).row({"body": body})["body"]

    assert isinstance(shown, str)
    assert json.loads(shown) == {"user": {"password": HIDDEN, "name": "Ada"}, "list": [{"token": HIDDEN}]}


@pytest.mark.parametrize("text", ['{"a":  1}', "[1,2]", "{broken", "[", "plain", ""])
def test_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert Redaction(frozenset(), {"OPERATOR_TOKEN": TOKEN}).row({"text": text}) == {"text": text}


def test_a_secret_of_the_project_is_found_inside_of_any_value() -> None:
    redaction = Redaction(
        frozenset({"stripe_id"}), {"OPERATOR_TOKEN": TOKEN, "stripe_id": "sk_12345", "HOME": "/root"}
    )
    row = {"note": f"use {TOKEN}!", "body": json.dumps(["sk_12345"]), "home": "/root", "broken": f"{{{TOKEN}"}

    assert redaction.row(row) == {
        "note": f"use {HIDDEN}!",
        "body": json.dumps([HIDDEN]),
        "home": "/root",
        "broken": f"{{{HIDDEN}",
    }


def test_a_short_secret_does_not_hide_ordinary_words() -> None:
    assert Redaction(frozenset(), {"TOKEN": "one"}).row({"text": "one two"}) == {"text": "one two"}

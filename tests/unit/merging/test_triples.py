"""Ten conflicts that projects had: nine have one right answer, the tenth has none.

A folder holds base, yours and new as they were, cut from projects of an event-driven shop.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.merging.spans import MergeConflict
from blueprint.tree import RelPath
from blueprint.workspace.merge import merge

TRIPLES = Path(__file__).parent / "triples"

ADDED = {
    "01-limit": (
        "from typing import Annotated",
        "from pydantic import Field",
        "    reason: Annotated[Text, Field(max_length=200)] | None = None  # as the court asked\n"
        "    note: Text | None = None\n    paid: Flag = False\n",
        "from shop.platform.values import Flag, Money, Text\n",
    ),
    "02-enum-import": (
        "from shop.orders.types import Address, Line, PaymentMethod\n",
        "    payment_method: PaymentMethod\n    ship_to: Address\n",
    ),
    "03-actions": ("(actions.confirm, actions.cancel, actions.ship, actions.hold)",),
    "04-pyproject": (
        '    "pyjwt[crypto]>=2.16,<3",\n    "redis>=7,<8",\n    "stripe>=14,<15",  # the payment provider\n]',
        'line-length = 100\ntarget-version = "py312"\npreview = false\n',
    ),
    "05-compose": (
        '      - "9090:8080"  # 8080 is taken here\n',
        "      SHIPPING_ADDRESS: shipping:8000\n",
        "      shipping:\n        condition: service_healthy\n",
        "  # what mails look like, without sending any\n  mailpit:\n",
        "  shipping:\n    image: shop\n",
    ),
    "06-openapi": (
        '"version": "0.2.0"',
        '"/shipments": {',
        '"/webhooks/stripe": {',
        '"Shipment": {',
        '"Hook": {',
    ),
    "07-workflow": (
        "      - uses: actions/checkout@v8\n",
        "      - name: Contract\n",
        "      # the badge of the README reads it\n      - name: Coverage\n",
    ),
    "08-lock": ("fastapi==0.166.0", "hiredis==3.4.0", "hpack==4.2.0"),
    "09-entrypoint": (
        "from fastapi import APIRouter, FastAPI, Request\n",
        "from fastapi.middleware.gzip import GZipMiddleware\n",
        "        routers=[webhooks],\n",
        "    app.add_middleware(GZipMiddleware, minimum_size=1_000)\n"
        "    app.add_exception_handler(TooLarge, _too_large)\n    app.include_router(webhooks)\n",
    ),
}


def triple(name: str) -> tuple[RelPath, bytes, bytes, bytes]:
    """The name of the file, and its three versions."""
    base, yours, new = (next((TRIPLES / name).glob(f"*{side}.*")) for side in ("base", "yours", "new"))
    return RelPath(base.name), base.read_bytes(), yours.read_bytes(), new.read_bytes()


@pytest.mark.parametrize("name", ADDED)
def test_a_conflict_with_one_right_answer_gets_it(name: str) -> None:
    path, base, yours, new = triple(name)

    merged = merge(path, base, yours, new).content.decode()

    for text in ADDED[name]:
        assert merged.count(text) == 1
    known = set(yours.decode().splitlines()) | set(new.decode().splitlines()) | set(merged.splitlines()[:0])
    invented = [line for line in merged.splitlines() if line not in known]
    assert len(invented) <= sum(text.count(",") > 1 for text in ADDED[name]) + ("openapi" in name)


def test_packages_of_a_lock_are_sorted_and_have_all_of_their_hashes() -> None:
    merged = merge(*triple("08-lock")).content.decode()
    names = [line.partition("==")[0] for line in merged.splitlines() if "==" in line]

    assert names == sorted(names)
    assert merged.count("--hash=") == 2 * len(names)


def test_what_both_sides_said_in_their_own_way_is_left_to_people() -> None:
    with pytest.raises(
        MergeConflict, match="both sides changed the same place of an ordered list: _too_large"
    ):
        merge(*triple("10-true-conflict"))

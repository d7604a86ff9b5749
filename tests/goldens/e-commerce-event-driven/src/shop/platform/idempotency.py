"""Idempotency-Key: the same key and body again answers the same resource, for a day."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from shop.platform.database import Tx, insert

LIFETIME = 86400.0
"""Seconds for which a key is known."""

Make = Callable[[], Awaitable[str]]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


async def once(tx: Tx, owner: str, route: str, key: str | None, body: BaseModel, make: Make) -> str:
    """The id of the resource that `make` makes, or that it made when this key came first.

    Two requests at once: the second waits for the transaction of the first.
    """
    if key is None:
        return await make()
    await tx.lock(f"{owner} {route} {key}")
    now, request = time.time(), {"owner": owner, "route": route, "key": key}
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    await tx.execute("DELETE FROM idempotency_keys WHERE expires < :now", now=now)
    sql = "SELECT body, resource FROM idempotency_keys WHERE owner = :owner AND route = :route AND key = :key"
    if known := await tx.one(sql, **request):
        if known["body"] != fingerprint:
            problem = {"type": "key_reused", "loc": ("header", "Idempotency-Key"), "msg": "was used with another body"}
            raise RequestValidationError([problem])
        return str(known["resource"])
    resource = await make()
    row = {**request, "body": fingerprint, "resource": resource, "expires": now + LIFETIME}
    await insert(tx, "idempotency_keys", row)
    return resource

"""Idempotency-Key: the same key and body again answers the same resource, for a day."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, HTTPException
from pydantic import BaseModel

from depot.platform.database import Tx

LIFETIME = 86400.0

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


async def once(
    tx: Tx, owner: str, route: str, key: str | None, body: BaseModel, make: Callable[[], Awaitable[str]]
) -> str:
    """The id of the resource that `make` makes, or that it made when this key came first.

    Two requests at once: the second waits for the transaction of the first.
    """
    if key is None:
        return await make()
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    await tx.execute("DELETE FROM idempotency_keys WHERE expires < :now", now=time.time())
    known = await tx.one(
        "SELECT body, resource FROM idempotency_keys WHERE owner = :owner AND route = :route AND key = :key",
        owner=owner,
        route=route,
        key=key,
    )
    if known and known["body"] != fingerprint:
        raise HTTPException(422, "This idempotency key was used with another body.")
    if known:
        return str(known["resource"])
    resource = await make()
    await tx.execute(
        "INSERT INTO idempotency_keys VALUES (:owner, :route, :key, :body, :resource, :expires)",
        owner=owner,
        route=route,
        key=key,
        body=fingerprint,
        resource=resource,
        expires=time.time() + LIFETIME,
    )
    return resource

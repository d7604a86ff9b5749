"""Idempotency-Key: repeating a request with the same key and body returns the same resource for a day."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from shop.platform.http.web import ThisProcess
from shop.platform.storage.clock import reading
from shop.platform.storage.database import Tx, insert

LIFETIME = 86400.0
"""Seconds of running time for which a key is stored."""
DESCRIPTION = "A repeated request with the same key and body returns the first resource. Keys are stored for a day."
KEYED = "hmac-sha256:"
"""Prefix of a fingerprint of the raw body. Older versions hashed the parsed body, without a prefix."""

Make = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a request, and the fingerprint of its content."""

    text: str
    fingerprint: str


async def _key(
    request: Request,
    process: ThisProcess,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200, description=DESCRIPTION)
    ] = None,
) -> Key | None:
    if key is None:
        return None
    sent = [request.method, request.url.path, _canonical(await request.body())]
    secret = hmac.digest(process.operator_token.encode(), b"idempotency", "sha256")
    return Key(key, KEYED + hmac.new(secret, json.dumps(sent).encode(), "sha256").hexdigest())


def _canonical(body: bytes) -> str:
    """Normalize JSON: white space and the order of members do not matter."""
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        return body.hex()


IdempotencyKey = Annotated[Key | None, Depends(_key)]


async def once(tx: Tx, owner: str, route: str, key: Key | None, body: BaseModel, make: Make) -> str:
    """Return the id of the resource that `make` creates, or created for the first request with this key.

    Of two concurrent requests, the second waits for the transaction of the first.
    """
    if key is None:
        return await make()
    await tx.lock(f"{owner} {route} {key.text}")
    now, request = await reading(tx), {"owner": owner, "route": route, "key": key.text}
    await tx.execute("DELETE FROM _idempotency_keys WHERE expires < :now", now=now)
    sql = "SELECT body, resource FROM _idempotency_keys WHERE owner = :owner AND route = :route AND key = :key"
    if stored := await tx.one(sql, **request):
        if not _is_same(stored["body"], key, body):
            problem = {"type": "key_reused", "loc": ("header", "Idempotency-Key"), "msg": "was used with another body"}
            raise RequestValidationError([problem])
        if stored["body"] != key.fingerprint:  # the parsed body may differ in a later version
            renew = "UPDATE _idempotency_keys SET body = :body WHERE owner = :owner AND route = :route AND key = :key"
            await tx.execute(renew, body=key.fingerprint, **request)
        return str(stored["resource"])
    resource = await make()
    row = {**request, "body": key.fingerprint, "resource": resource, "expires": now + LIFETIME}
    await insert(tx, "_idempotency_keys", row)
    return resource


def _is_same(stored: str, key: Key, body: BaseModel) -> bool:
    parsed = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    return hmac.compare_digest(stored, key.fingerprint if stored.startswith(KEYED) else parsed)

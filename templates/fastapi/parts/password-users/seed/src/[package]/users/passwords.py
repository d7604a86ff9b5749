"""Password hashing with argon2id. It costs memory and time on purpose: few run at once, and not on the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_few = asyncio.Semaphore(2)


async def hash_password(password: str) -> str:
    async with _few:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password: str, known_hash: str | None) -> bool:
    """Takes the same time where there is no such user."""
    async with _few:
        return await asyncio.to_thread(_verify, password, known_hash)


def _verify(password: str, known_hash: str | None) -> bool:
    try:
        return _hasher.verify(known_hash or _NOBODY, password) and known_hash is not None
    except VerificationError:
        return False


_NOBODY = _hasher.hash("nobody's password")

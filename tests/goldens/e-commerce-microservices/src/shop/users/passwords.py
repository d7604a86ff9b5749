"""Password hashing with argon2id. It needs much memory and time, so few hashes run at once, in threads."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_limit = asyncio.Semaphore(2)


async def hash_password(password: str) -> str:
    async with _limit:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Return whether the password matches. Takes the same time without a hash, for a user who does not exist."""
    async with _limit:
        return await asyncio.to_thread(_verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        return _hasher.verify(password_hash or _DUMMY_HASH, password) and password_hash is not None
    except VerificationError:
        return False


_DUMMY_HASH = _hasher.hash("dummy password")

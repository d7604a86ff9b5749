"""Settings from the environment. Secrets have no default, and well-known placeholders are rejected."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings

WELL_KNOWN = (
    "changeme",
    "default",
    "example",
    "letmein",
    "operatortoken",
    "password",
    "placeholder",
    "secret",
    "12345678",
    "abcdefgh",
)


def _not_guessable(secret: str) -> str:
    words = "".join(filter(str.isalnum, secret)).casefold()
    if len(set(secret)) < 8 or any(known in words for known in WELL_KNOWN):
        raise ValueError("is too easy to guess")
    return secret


Secret = Annotated[str, Field(min_length=16), AfterValidator(_not_guessable)]


class Environment(BaseSettings):
    """Base class for settings. A missing or invalid variable ends the process with one line that names it."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = [
                f"{'.'.join(map(str, part['loc'])).upper()} ({part['msg'].removeprefix('Value error, ')})"
                for part in error.errors()
            ]
            raise SystemExit(f"set {', '.join(wrong)} in the environment, as .env.example shows") from None


class Settings(Environment):
    database_url: str
    operator_token: Secret

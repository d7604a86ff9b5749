"""Settings come from the environment. There is no default for a secret."""

from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings


class Environment(BaseSettings):
    """Settings of which one that is missing or wrong ends the process, with a line that names it."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, part['loc'])).upper()} ({part['msg']})" for part in error.errors()]
            raise SystemExit(f"set {', '.join(wrong)} in the environment, as .env.example shows") from None


class Settings(Environment):
    database_url: str
    operator_token: Annotated[str, Field(min_length=16)]

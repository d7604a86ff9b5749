"""Settings come from the environment. There is no default for a secret."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    operator_token: Annotated[str, Field(min_length=16)]
    broker_url: str

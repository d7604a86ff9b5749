"""Values as they come in from outside."""

from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("may not hold U+0000")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Boolean = Annotated[bool, Field(strict=True)]
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
Money = Integer
"""An amount in cents."""
Time = Annotated[AwareDatetime, AfterValidator(lambda time: time.astimezone(UTC))]

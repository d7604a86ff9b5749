"""Types of the values in requests, records and events."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

STORED = {"stored": True}
"""Validation context for stored rows. Length limits and strict formats do not apply, so that old rows stay readable."""
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

RANGE = {"minimum": -(2**63), "exclusiveMaximum": 2**63}

T = TypeVar("T")


@dataclass(frozen=True)
class Length:
    """Minimum and maximum length: characters of a string, items of a list."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        json_schema = handler(schema)
        unit = "Items" if json_schema.get("type") == "array" else "Length"
        return {**json_schema, **({f"min{unit}": self.least} if self.least else {}), f"max{unit}": self.most}

    def _check(self, value: Any, info: ValidationInfo) -> Any:
        if info.context is not STORED and not self.least <= len(value) <= self.most:
            unit = "items" if isinstance(value, list) else "characters"
            raise ValueError(f"must have {f'{self.least} to' if self.least else 'at most'} {self.most} {unit}")
        return value


class ColumnType:
    """Marks a type that a column stores in another form than JSON has."""

    def encode(self, value: Any) -> Any:
        """Return what is stored of the value in JSON. Raises ValueError if it cannot be stored."""
        raise NotImplementedError

    def decode(self, stored: Any) -> Any:
        raise NotImplementedError


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must not contain a lone surrogate") from None
    return text


def _rfc_3339(time: object, info: ValidationInfo) -> object:
    if isinstance(time, datetime) or info.context is STORED:
        return time
    if not (isinstance(time, str) and RFC_3339.fullmatch(time)):
        raise ValueError("must be an RFC 3339 time with an offset, such as 2030-01-31T12:00:00Z")
    return time


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range in UTC") from None


class _Int64:
    """Documents the range as `format: int64`, which client generators understand."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        json_schema = {key: value for key, value in handler(schema).items() if RANGE.get(key) != value}
        return {**json_schema, "format": "int64"}


Text = Annotated[str, AfterValidator(_storable)]
BoundedText = Annotated[Text, Length(0, 10_000)]
"""A string in a request without a length in blueprint.yaml."""
UniqueText = Annotated[Text, Length(0, 500)]
"""A string of a unique field: a PostgreSQL index entry is limited to about 2,700 bytes."""
BoundedList = Annotated[list[T], Length(0, 1_000)]
Boolean = Annotated[bool, Field(strict=True)]
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63), _Int64()]
Money = Integer
"""An amount in the smallest unit of a currency, such as cents."""
Time = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_in_utc)]


class AliasedModel(BaseModel):
    """A model with field names that Python or pydantic reserves: `class_` in code is `class` in JSON and SQL."""

    model_config = ConfigDict(
        alias_generator=lambda name: name.removesuffix("_"),
        validate_by_name=True,
        serialize_by_alias=True,
        protected_namespaces=(),
    )

"""Conversion between records and table rows."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, get_args, get_origin

import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from shop.platform.http.pages import RowError
from shop.platform.storage.database import Row
from shop.platform.values import STORED, ColumnType

M = TypeVar("M", bound=BaseModel)
Codec = Callable[[Any], Any]
PLAIN: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
"""Dumps models without trusting them: values set without validation are validated afterwards."""

log = structlog.get_logger()


class UnreadableRow(ValueError):
    """A stored row does not match its record type."""

    def __init__(self, table: str, errors: Sequence[RowError]) -> None:
        reasons = "; ".join(f"{error.field} of {error.id}: {error.message}" for error in errors)
        super().__init__(f"a row of {table} cannot be read: {reasons}")
        self.table, self.errors = table, errors


class InvalidValue(ValueError):
    """A query parameter that no column can store."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name, self.reason = name, reason


class Rows(Generic[M]):
    """Converts the records of a table. Lists and nested values are stored as JSON, times as RFC 3339 text."""

    def __init__(self, table: str, record: type[M]) -> None:
        self._table, self._record, self._changes = table, record, _changes_of(record)
        fields = record.model_fields
        self._columns = {name: field.alias or name for name, field in fields.items()}
        codecs = {self._columns[name]: _codec(field) for name, field in fields.items()}
        self._encoders = {column: encode for column, (encode, _) in codecs.items()}
        self._decoders = {column: decode for column, (_, decode) in codecs.items()}

    @property
    def columns(self) -> Iterable[str]:
        return self._decoders

    def row(self, record: M) -> Row:
        """Return the row of a record. Raises ValidationError if the record is invalid."""
        return self._encoded(self._plain(self._record.model_validate(self._plain(record))))

    def changed(self, changes: Mapping[str, Any]) -> Row:
        """Return the changed columns. Raises ValidationError for a value that is invalid in the record."""
        given = PLAIN.dump_python(self.by_column(changes), warnings=False)
        new = self._plain(self._changes.model_validate(given))
        return self._encoded({column: new[column] for column in given})

    def equal(self, values: Mapping[str, Any]) -> Row:
        """Return values to compare columns with. Raises InvalidValue if no column can store one."""
        return bound(self._encoded(in_utc(self.by_column(values))))

    def _encoded(self, values: Mapping[str, Any]) -> Row:
        row: dict[str, Any] = {}
        for column, value in to_jsonable_python(values).items():
            try:
                row[column] = value if value is None else self._encoders[column](value)
            except ValueError as error:
                raise InvalidValue(column, str(error)) from None
        return row

    def by_column(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values by column name. Raises TypeError for an unknown column."""
        if missing := [name for name in values if name not in self._columns]:
            raise TypeError(f"{self._table} has no column {', '.join(missing)}; it has {', '.join(self._columns)}")
        return {self._columns[name]: value for name, value in values.items()}

    def _plain(self, model: BaseModel) -> dict[str, Any]:
        """Dump by column, including private fields, which `model_dump` leaves out."""
        plain: dict[str, Any] = PLAIN.dump_python(self.by_column(dict(model)), by_alias=True, warnings=False)
        return plain

    def record(self, row: Row) -> M:
        """Return the record of a row. Raises and logs UnreadableRow, without the values, if the row does not match."""
        values = {c: v if v is None else self._decoded(c, v) for c, v in row.items()}
        try:
            return self._record.model_validate(values, context=STORED)
        except ValidationError as error:
            unreadable = UnreadableRow(self._table, row_errors(row["id"], error))
            reasons = {each.field: each.message for each in unreadable.errors}
            log.error(
                "row cannot be read",
                table=self._table,
                id=unreadable.errors[0].id,
                field=", ".join(reasons),
                reasons=reasons,
            )
            raise unreadable from None

    def _decoded(self, column: str, stored: Any) -> Any:
        """Return what cannot be decoded unchanged, so that validation reports it."""
        try:
            return self._decoders[column](stored)
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            return stored


def to_row(values: Mapping[str, Any]) -> Row:
    plain = to_jsonable_python(values)
    return {c: json.dumps(v) if isinstance(v, list | dict) else v for c, v in plain.items()}


def in_utc(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v.astimezone(UTC) if isinstance(v, datetime) and v.tzinfo else v for n, v in values.items()}


def bound(values: Mapping[str, Any]) -> Row:
    """Convert query parameters to their stored form. Raises InvalidValue if no column can store one."""
    row = to_row(in_utc(values))
    for name, value in row.items():
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise InvalidValue(name, "must fit into a 64-bit integer")
        if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidValue(name, "must not contain a lone surrogate")
    return row


def row_errors(id: str, error: ValidationError) -> list[RowError]:
    """Return the error of each field, without its value."""
    errors = error.errors(include_input=False, include_context=False, include_url=False)
    shown = str(id).encode(errors="replace").decode()
    return [RowError(id=shown, field=".".join(map(str, one["loc"])), message=one["msg"]) for one in errors]


def _changes_of(record: type[BaseModel]) -> type[BaseModel]:
    """Return the record type with all fields optional."""
    fields: dict[str, Any] = {name: (field.annotation, _optional(field)) for name, field in record.model_fields.items()}
    return create_model(record.__name__, __config__=record.model_config, **fields)


def _optional(field: FieldInfo) -> FieldInfo:
    optional = copy(field)
    optional.default, optional.default_factory = None, None
    return optional


def _codec(field: FieldInfo) -> tuple[Codec, Codec]:
    """Return the encoder and decoder of a column: JSON for lists and nested values, numbers for booleans."""
    for kind in (*field.metadata, *_kinds(field.annotation)):
        if isinstance(kind, ColumnType):
            return kind.encode, kind.decode
        if get_origin(kind) is list or (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return json.dumps, json.loads
        if kind is bool:
            return _same, _from_number
    return _same, _same


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield the annotation and its parts: `Annotated[bool, ...] | None` contains `bool`."""
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _same(value: Any) -> Any:
    return value


def _from_number(value: Any) -> Any:
    return bool(value) if value in (0, 1) else value

"""JSON Schemas for values of a spec. Types become references into `#/components/schemas`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from blueprint.spec.model import Field, FieldType, Kind, Operator, Spec

Json = dict[str, object]

_INT64: Json = {"type": "integer", "format": "int64"}
SCALARS: Mapping[Kind, Json] = {
    "str": {"type": "string"},
    "int": _INT64,
    "float": {"type": "number"},
    "money": _INT64,
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "uuid": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "maxLength": 254, "format": "email"},
    "url": {"type": "string", "maxLength": 2000, "format": "uri"},
    "json": {"items": {}, "type": ["object", "array", "string", "number", "boolean"]},
}
"""Types without parameters, in a request."""

LIMITS: Mapping[Operator, tuple[str, str]] = {
    ">=": ("minimum", ""),
    ">": ("exclusiveMinimum", ""),
    "<=": ("", "maximum"),
    "<": ("", "exclusiveMaximum"),
    "==": ("minimum", "maximum"),
    "..": ("minimum", "maximum"),
}
"""The keywords for the lower and the upper end of a limit."""


def object_schema(fields: Iterable[Field]) -> Json:
    """An object with these fields; all except optional ones are required."""
    listed = tuple(fields)
    names = [field.name for field in listed if not field.optional]
    schema: Json = {"type": "object", "properties": {field.name: field_schema(field) for field in listed}}
    return {**schema, "required": names} if names else schema


def field_schema(field: Field) -> Json:
    """The value of a field, including null if it is optional."""
    number = int if field.type.is_whole else float
    limits = {keyword: number(end) for keyword, end in limits_of(field)}
    schema = {**_type_schema(field.type), **limits, **_length_schema(field)}
    return nullable(schema) if field.optional else schema


def limits_of(field: Field) -> Iterator[tuple[str, Decimal]]:
    """The keywords of its limit. A decimal is a text, for which there are none."""
    if field.bound is not None and field.type.kind != "decimal":
        ends = (field.bound.number, field.bound.number if field.bound.most is None else field.bound.most)
        yield from (
            (keyword, end) for keyword, end in zip(LIMITS[field.bound.op], ends, strict=True) if keyword
        )


def decimal_schema(type_: FieldType) -> Json:
    """A decimal as text."""
    whole = f"[0-9]{{1,{max(1, type_.precision - type_.scale)}}}"
    fraction = f"(\\.[0-9]{{1,{type_.scale}}})?" if type_.scale else ""
    return {"type": "string", "pattern": f"^-?{whole}{fraction}$"}


def money_description(type_: FieldType) -> str:
    """What the number is an amount of."""
    return f"An amount of {type_.currency} in its smallest unit." if type_.currency else "An amount in cents."


def nullable(schema: Json) -> Json:
    """The same value, or null."""
    if isinstance(kinds := schema.get("type"), str | list):
        return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def type_schemas(spec: Spec, fields: Iterable[Field]) -> Json:
    """The types used by the fields, by the name of their reference."""
    schemas: Json = {}
    for field in fields:
        _add_type(schemas, spec, field.type)
    return dict(sorted(schemas.items()))


def _length_schema(field: Field) -> Json:
    if field.length is None:
        return {}
    unit = "Items" if field.type.kind == "list" else "Length"
    least = {f"min{unit}": field.length.least} if field.length.least else {}
    return {**least, f"max{unit}": field.length.most}


def _type_schema(type_: FieldType) -> Json:
    if type_.kind == "list" and isinstance(type_.of, FieldType):
        return {"type": "array", "items": _type_schema(type_.of)}
    if type_.kind == "ref" and type_.of is not None and not isinstance(type_.of, FieldType):
        return {"type": "string", "description": f"The id of one of the {type_.of.human}."}
    if type_.kind == "type" and type_.of is not None and not isinstance(type_.of, FieldType):
        return {"$ref": f"#/components/schemas/{type_.of.pascal}"}
    if type_.kind == "decimal":
        return decimal_schema(type_)
    if type_.kind == "money":
        return {**SCALARS["money"], "description": money_description(type_)}
    return SCALARS[type_.kind]


def _add_type(schemas: Json, spec: Spec, type_: FieldType) -> None:
    if isinstance(type_.of, FieldType):
        _add_type(schemas, spec, type_.of)
    elif type_.kind == "type" and type_.of is not None and type_.of.pascal not in schemas:
        definition = spec.type(type_.of)
        schemas[type_.of.pascal] = object_schema(definition.fields)
        for field in definition.fields:
            _add_type(schemas, spec, field.type)

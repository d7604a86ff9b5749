"""JSON Schemas for values of a spec. Types become references into `#/components/schemas`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blueprint.spec.model import Field, FieldType, Operator, Spec

Json = dict[str, object]

_SCALARS: Mapping[str, Json] = {
    "str": {"type": "string"},
    "int": {"type": "integer", "format": "int64"},
    "money": {"type": "integer", "format": "int64", "description": "An amount in cents."},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
}

_LIMITS: Mapping[Operator, tuple[str, ...]] = {
    ">=": ("minimum",),
    ">": ("exclusiveMinimum",),
    "<=": ("maximum",),
    "<": ("exclusiveMaximum",),
    "==": ("minimum", "maximum"),
}


def object_schema(fields: Iterable[Field]) -> Json:
    """An object with these fields; all except optional ones are required."""
    listed = tuple(fields)
    names = [field.name for field in listed if not field.optional]
    schema: Json = {"type": "object", "properties": {field.name: field_schema(field) for field in listed}}
    return {**schema, "required": names} if names else schema


def field_schema(field: Field) -> Json:
    """The value of a field, including null if it is optional."""
    limits = dict.fromkeys(_LIMITS[field.bound.op], field.bound.number) if field.bound else {}
    schema = {**_type_schema(field.type), **limits, **_length_schema(field)}
    return nullable(schema) if field.optional else schema


def nullable(schema: Json) -> Json:
    """The same value, or null."""
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
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
    return _SCALARS[type_.kind]


def _add_type(schemas: Json, spec: Spec, type_: FieldType) -> None:
    if isinstance(type_.of, FieldType):
        _add_type(schemas, spec, type_.of)
    elif type_.kind == "type" and type_.of is not None and type_.of.pascal not in schemas:
        definition = spec.type(type_.of)
        schemas[type_.of.pascal] = object_schema(definition.fields)
        for field in definition.fields:
            _add_type(schemas, spec, field.type)

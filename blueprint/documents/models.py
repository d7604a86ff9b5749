"""JSON Schemas of the models in generated code, identical to those of pydantic and FastAPI.

A reference names its model in full (`#/components/schemas/shop__orders__types__Line-Input`), until
`blueprint.documents.naming` finds the short name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from blueprint.documents.components import next_cursor, titled
from blueprint.documents.naming import reference
from blueprint.documents.schemas import SCALARS, Json, decimal_schema, limits_of, money_description
from blueprint.spec.action_routes import ActionRoute
from blueprint.spec.model import Field, FieldType, Service, Spec

Mode = Literal["Input", "Output"]

LONGEST_TEXT, LONGEST_UNIQUE, LONGEST_LIST = 10_000, 500, 1_000
"""The default maximum length in requests."""


class ServiceModels(Struct, frozen=True):
    """The models of a service with a resource; the names are those of `blueprint.documents.naming`."""

    spec: Spec
    service: Service

    @property
    def new(self) -> str:
        """What a request to create a row brings."""
        return self._name("requests", f"New{self.service.singular.pascal}", "Input")

    @property
    def view(self) -> str:
        """What is answered of a row."""
        return self._name("views", f"{self.service.singular.pascal}View", "Output")

    def request(self, route: ActionRoute) -> str:
        """What a request for an action brings."""
        return self._name("api", route.request, "Input")

    def result(self, route: ActionRoute) -> str:
        """What is answered after an action that gives something."""
        return self._name("messages", f"{route.result}", "Output")

    def of_actions(self, routes: Iterable[ActionRoute]) -> Iterator[tuple[str, Json]]:
        """The models of requests and responses of these routes by name, including those of `types`."""
        for each in routes:
            if each.body:
                yield self.request(each), self._object(each.request, each.body, "Input", outside=True)
                yield from self.types(each.body, "Input")
            if each.result:
                yield self.result(each), self._object(each.result, each.action.outputs, "Output")
                yield from self.types(each.action.outputs, "Output")

    @property
    def page(self) -> str:
        """What is answered of many."""
        package = self.spec.name.package
        return f"{package}__platform__http__pages__Page_{self.view.removesuffix('-Output')}_-Output"

    def definitions(self, row_error: str) -> Iterator[tuple[str, Json]]:
        """All models of requests and responses by name, including those of `types`."""
        service, one = self.service, self.service.singular.pascal
        new = self._object(f"New{one}", service.create_fields, "Input", outside=True)
        yield self.new, new if service.create_fields else {**new, "description": "Has no fields."}
        own = {"id": titled("id", {"type": "string"}), "created_at": titled("created_at", SCALARS["time"])}
        view = self._object(f"{one}View", service.answered_fields, "Output", all_required=True)
        answered = _properties(view)
        required = [*own, *answered]
        yield self.view, {**view, "properties": {**own, **answered}, "required": required}
        yield self.page, _page(f"{one}View", self.view, row_error)
        yield from self.types(service.create_fields, "Input")
        yield from self.types(service.answered_fields, "Output")

    def types(self, fields: Iterable[Field], mode: Mode) -> Iterator[tuple[str, Json]]:
        """The types used by the fields."""
        for field in fields:
            yield from self._types_in(field.type, mode)

    def _types_in(self, type_: FieldType, mode: Mode) -> Iterator[tuple[str, Json]]:
        if isinstance(type_.of, FieldType):
            yield from self._types_in(type_.of, mode)
        elif type_.kind == "type" and type_.of is not None:
            fields, name = self.spec.type(type_.of).fields, type_.of.class_name
            yield self._name("types", name, mode), self._object(name, fields, mode, outside=True)
            yield from self.types(fields, mode)

    def _name(self, module: str, name: str, mode: Mode) -> str:
        return f"{self.spec.name.package}__{self.service.name.module}__{module}__{name}-{mode}"

    def _object(
        self,
        title: str,
        fields: Iterable[Field],
        mode: Mode,
        *,
        outside: bool = False,
        all_required: bool = False,
    ) -> Json:
        listed = tuple(fields)
        properties = {str(field.name): self._property(field, mode, outside) for field in listed}
        required = [str(field.name) for field in listed if all_required or not field.optional]
        return {
            "properties": properties,
            "type": "object",
            **({"required": required} if required else {}),
            "title": title,
        }

    def _property(self, field: Field, mode: Mode, outside: bool) -> Json:
        schema = _ordered({**self._type(field.type, mode, outside and not field.bound), **_limits(field)})
        if field.length is not None:
            schema = _with_length(schema, field)
        elif outside and field.unique and field.type.kind in ("str", "ref"):
            schema = {**schema, "maxLength": LONGEST_UNIQUE}
        either: Json = {"anyOf": [schema, {"type": "null"}]} if field.optional else schema
        return either if "$ref" in schema else _ordered(titled(field.name, either))

    def _type(self, type_: FieldType, mode: Mode, outside: bool) -> Json:
        if isinstance(type_.of, FieldType):
            most = {"maxItems": LONGEST_LIST} if outside else {}
            return {"items": self._type(type_.of, mode, outside), "type": "array", **most}
        if type_.kind == "type" and type_.of is not None:
            return reference(self._name("types", type_.of.class_name, mode))
        if type_.kind == "decimal":
            return decimal_schema(type_)
        if type_.currency:
            return {**SCALARS["money"], "description": money_description(type_)}
        if type_.kind in ("str", "ref"):
            return {**SCALARS["str"], **({"maxLength": LONGEST_TEXT} if outside else {})}
        return SCALARS[type_.kind]


def _limits(field: Field) -> Json:
    """Limits as floats, like FastAPI, the upper one first."""
    return {keyword: float(end) for keyword, end in sorted(limits_of(field), key=_is_lower)}


def _is_lower(limit: tuple[str, object]) -> bool:
    return limit[0].endswith("inimum")


def _ordered(schema: Json) -> Json:
    """The keys in the order of FastAPI: `format` after the limits, `description` at the end."""
    last = [key for key in ("format", "title", "description") if key in schema]
    return {key: value for key, value in schema.items() if key not in last} | {
        key: schema[key] for key in last
    }


def _with_length(schema: Json, field: Field) -> Json:
    length = field.length
    if length is None:
        return schema
    unit = "Items" if field.type.kind == "list" else "Length"
    least = {f"min{unit}": length.least} if length.least else {}
    return {**schema, f"max{unit}": length.most, **least}


def _properties(schema: Json) -> Json:
    found = schema["properties"]
    return found if isinstance(found, dict) else {}


def _page(title: str, view: str, row_error: str) -> Json:
    unreadable = {
        "items": reference(row_error),
        "type": "array",
        "title": "Unreadable",
        "description": "Rows of this page that cannot be read; omitted if there are none.",
        "default": [],
    }
    return {
        "properties": {
            "items": {"items": reference(view), "type": "array", "title": "Items"},
            "next_cursor": next_cursor(),
            "unreadable": unreadable,
        },
        "type": "object",
        "required": ["items", "next_cursor"],
        "title": f"Page[{title}]",
    }

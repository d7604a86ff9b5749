"""Specs as nobody would write them and somebody may: with names that mean something elsewhere."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from blueprint.errors import SpecError
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name, field_name, service_name, setting_name
from tests.generated.recipes import HOSTILE_NAMES

MEANINGFUL = ["no", "yes", "off", "null", "nan", "e-1", "key-s", "queue-2", "x" * 40, "a-1-b", "news", "boss"]
KEBAB = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
SNAKE = st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,4}){0,2}", fullmatch=True)
SERVICE_NAMES = (KEBAB | st.sampled_from(MEANINGFUL)).filter(
    lambda text: isinstance(service_name(text), Name)
)
FIELD_NAMES = (SNAKE | st.sampled_from(["no", "order", "select", "end", "data", "json_", "id_2"])).filter(
    lambda text: isinstance(field_name(text), Name)
)
KINDS = st.sampled_from(
    ["str", "str?", "str unique", "int", "int? >= 0", "int > -3", "money", "money? <= 9", "bool", "bool?"]
    + ["time", "time?", "list[str]", "list[int]", "list[pair]", "pair", "pair?"]
)
SETTING_NAMES = (
    SNAKE | st.sampled_from(["copy", "json", "class", "model_name", "settings", "field"])
).filter(lambda text: isinstance(setting_name(text), Name))
SETTINGS = st.dictionaries(
    SETTING_NAMES,
    st.sampled_from(["secret", "secret?", "str = a, b", "int <= 3 = -1", "bool = false", "money? >= 0"]),
    max_size=2,
)
SCHEDULES = st.sampled_from(["every 36h", 'at "0 3 29 2 mon-fri" UTC', "at '*/7 * * jan,feb 7' UTC"])
FIELDS = st.dictionaries(FIELD_NAMES, KINDS, min_size=1, max_size=4)

SEGMENTS = st.sampled_from(["like", "v1.2", ".well-known", "by-name", "{id}", "{socket}", "{name_2}"])
PATHS = st.lists(SEGMENTS, min_size=2, max_size=3, unique=True).map("/".join)
ROUTES = st.dictionaries(st.sampled_from(["GET", "PUT", "DELETE", "WS"]), PATHS, max_size=2)
LARGE = st.sampled_from([{}, {"body": "64 KiB"}, {"body": "20 MiB"}, {"body": "1 GiB", "form": "true"}])


@st.composite
def spec_texts(draw: st.DrawFn) -> str:
    """The text of a valid spec: up to four services, most of them with a table, some joined by a workflow."""
    names = draw(st.lists(SERVICE_NAMES, min_size=1, max_size=4, unique=True))
    services: dict[str, dict[str, Any]] = {name: {"resource": draw(FIELDS)} for name in names}
    spec = {
        "version": 1,
        "name": draw(st.sampled_from(HOSTILE_NAMES)),
        "types": {"pair": {"first": "str", "second": "int?"}},
        "services": services,
    }
    if len(names) > 1 and draw(st.booleans()):
        spec["workflows"] = {"going_on": _joined(services, *names[:2])}
    if settings := draw(SETTINGS):
        services[names[-1]]["settings"] = settings
    if draw(st.booleans()):
        services[names[0]].setdefault("actions", {})["import"] = {}
        services[names[0]]["jobs"] = {"import": draw(SCHEDULES)}
    if routes := {f"{method} /{names[0]}/{path}": {} for method, path in draw(ROUTES).items()}:
        services[names[0]]["routes"] = {**routes, f"POST /{names[0]}/files": draw(LARGE)}
    text = yaml.safe_dump(spec, sort_keys=False)
    assume(_is_valid(text))
    return text


def _joined(services: dict[str, dict[str, Any]], first: str, second: str) -> dict[str, Any]:
    """A workflow from the first service over the second; who else is there hears of it."""
    services[first]["resource"]["status"] = "str"
    services[first]["publishes"] = {"created": "something.begun"}
    services[first]["actions"] = {"accept": {}, "reject": {"in": {"reason": "str"}}}
    services[second]["resource"]["status"] = "str"
    services[second]["actions"] = {"try_it": {"refuses": ["cannot_be"], "undo": "take_back"}}
    for other in list(services)[2:]:
        services[other]["reacts_to"] = {"something.begun": "listen"}
    return {
        "starts": f"{first}.created",
        "steps": [f"{second}.try_it"],
        "success": f"{first}.accept",
        "failure": f"{first}.reject",
    }


def _is_valid(text: str) -> bool:
    try:
        load_spec(text, "blueprint.yaml", {"pattern": "monolith", "stack": "fastapi"})
    except SpecError:
        return False
    return True

"""What a pack writes once and a project has for each process, service, variable or path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from tests.unit.catalog.toys import SPEC, manifest
from tests.unit.render.support import rendered, text

VARIABLES = """\
environment:
  - {name: URL, about: where, value: "file://{data}/{process}", container: "db://{project}/{process}"}
  - {name: PEERS, about: others, value: "{peers}"}
  - {name: LOG, about: shared by all, value: "{data}/log", container: "log://log", shared: true}
  - {name: WATCHED, about: whom to tell, value: "", shared: true}
  - {name: TOKEN, about: opens, secret: true}
  - {name: KEY, about: signs, secret: true, service: products}
"""


def made(root: Path, data: str, name: str = "a", spec: str = SPEC, routes: str = "") -> object:
    """What this data of the stack comes to, in a file of this name."""
    stack = {"pack.yaml": manifest("stack", "toy", VARIABLES + routes), f"data/{name}.json.yaml": data}
    path = name.replace("[deployable]", "products")
    return json.loads(text(rendered(root, spec, stack=stack), f"{path}.json"))


def test_an_entry_stands_for_each_process(tmp_path: Path) -> None:
    data = "all: {fixed: 1, '${deployable.kebab}': {port: '${deployable.env}_PORT', of: '${project}'}}"

    assert made(tmp_path, data) == {
        "all": {
            "fixed": 1,
            "products": {"port": "PRODUCTS_PORT", "of": "web-shop"},
            "order-items": {"port": "ORDER_ITEMS_PORT", "of": "web-shop"},
        }
    }


def test_outside_of_a_process_is_what_is_the_same_in_all(tmp_path: Path) -> None:
    data = "{'${variable}': '${variable.value}', '${shared}': '${shared.value}', '${secret}': secret}"

    assert made(tmp_path, data) == {"LOG": "log://log", "WATCHED": "", "TOKEN": "secret"}


def test_an_item_stands_for_each_process(tmp_path: Path) -> None:
    data = "all: [first, '${deployable}', {name: '${deployable.kebab}', with: {more: '${deployable}'}}]"

    assert made(tmp_path, data) == {
        "all": [
            "first",
            "products",
            "order_items",
            {"name": "products", "with": {"more": "products"}},
            {"name": "order-items", "with": {"more": "order_items"}},
        ]
    }


def test_in_a_file_about_a_process_its_name_repeats_nothing(tmp_path: Path) -> None:
    data = "all: ['${deployable}', '${secret}']"

    assert made(tmp_path, data, "[deployable]") == {"all": ["products", "TOKEN", "KEY"]}


def test_a_list_inside_of_an_item_is_repeated_on_its_own(tmp_path: Path) -> None:
    data = "all: [{name: '${deployable}', env: ['${secret}', 'x']}]"

    assert made(tmp_path, data) == {
        "all": [
            {"name": "products", "env": ["TOKEN", "KEY", "x"]},
            {"name": "order_items", "env": ["TOKEN", "x"]},
        ]
    }


def test_a_process_has_its_own_values_in_its_container(tmp_path: Path) -> None:
    data = "'${deployable}': {'${variable}': '${variable.value}'}"

    assert made(tmp_path, data) == {
        "products": {
            "URL": "db://web-shop/products",
            "PEERS": "order_items=http://order-items:8000",
        },
        "order_items": {
            "URL": "db://web-shop/order_items",
            "PEERS": "products=http://products:8000",
        },
    }


def test_what_others_fill_in_stays_beside_what_is_filled_in_here(tmp_path: Path) -> None:
    data = (
        "'${deployable}': {'${shared}': '${${shared}:-${shared.value}}', '${secret}': '${${secret}:?set it}'}"
    )

    assert made(tmp_path, data)["order_items"] == {
        "LOG": "${LOG:-log://log}",
        "WATCHED": "${WATCHED:-}",
        "TOKEN": "${TOKEN:?set it}",
    }


def test_a_shared_variable_has_a_value_that_needs_no_server(tmp_path: Path) -> None:
    assert made(tmp_path, "all: ['${shared}=${shared.default}']", "[deployable]") == {
        "all": ["LOG=/data/log", "WATCHED="]
    }


def test_a_shared_variable_that_may_stay_empty_is_not_needed(tmp_path: Path) -> None:
    assert made(tmp_path, "all: ['${needed}']", "[deployable]") == {"all": ["LOG"]}


def test_each_path_is_there_with_the_process_that_answers_it(tmp_path: Path) -> None:
    routes = "routes: {products: [/login]}\n"
    data = "all: ['${deployable} ${route} ${route.type}']"

    assert made(tmp_path, data, routes=routes) == {
        "all": [
            "products /products Prefix",
            "products /login Exact",
            "products /openapi.json Exact",
            "order_items /order-items Prefix",
        ]
    }


def test_services_are_repeated_where_one_process_holds_them_all(tmp_path: Path) -> None:
    data = "all: ['${deployable} ${service.kebab}']"

    assert made(tmp_path, data, spec=SPEC.replace("pattern: many", "pattern: one")) == {
        "all": ["web_shop products", "web_shop order-items"]
    }


def test_a_name_of_something_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"\$\{route\} is not known here"):
        made(tmp_path, "all: ['${route}']")

"""Routes of a service, as a spec says them."""

from __future__ import annotations

import pytest

from blueprint.errors import SpecError
from blueprint.spec.http_routes import Route
from blueprint.spec.load import load_spec
from blueprint.spec.model import Service
from blueprint.spec.writing import service_in_line, service_lines

HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n"
POSTS = "  posts:\n    resource: {title: str}\n    routes:\n"


def services(text: str) -> tuple[Service, ...]:
    return load_spec(HEAD + text, "blueprint.yaml").services


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_spec(HEAD + text, "blueprint.yaml")
    assert all(each.hint and "\n" not in each.message + each.hint for each in caught.value.problems)
    return [f"{each.line}:{each.column} {each.message}" for each in caught.value.problems]


def test_a_route_is_a_method_and_a_path_with_options() -> None:
    text = """      PUT /posts/{id}/like:
      GET /reports: {}
      WS /feed: {}
      POST /posts: {body: 64 KiB}
      POST /files: {body: 20 MiB, form: true}
"""
    [service] = services(POSTS + text)

    assert service.routes == (
        Route("PUT", "/posts/{id}/like"),
        Route("GET", "/reports"),
        Route("WS", "/feed"),
        Route("POST", "/posts", body=64 << 10),
        Route("POST", "/files", body=20 << 20, form=True),
    )
    assert service.uploads == service.forms == service.routes[-1:]
    assert service.websockets == service.routes[2:3]
    assert service.limits == service.routes[3:]


def test_routes_are_all_that_a_service_needs() -> None:
    [service] = services("  hooks: {routes: {POST /webhooks/stripe: {}}}\n")

    assert service.resource is None and len(service.routes) == 1


def test_what_is_written_by_the_tool_reads_as_before() -> None:
    text = '  posts: {routes: {"PUT /posts/{id}/like": {}, POST /files: {body: 1 GiB, form: true}}}\n'
    [service] = services(text)

    assert services("".join(f"  {line}\n" for line in service_lines(service, 2))) == (service,)
    assert services(f"  {service_in_line(service)}\n") == (service,)


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ("FETCH /x:", '"FETCH" is not a method of a route'),
        ("get /x:", '"get" is not a method of a route'),
        ("GET:", '"GET" is not a route'),
        ("GET reports:", '"reports" is not a path'),
        ("GET /:", '"/" is not a path'),
        ("GET /x/:", '"/x/" is not a path'),
        ("GET /x//y:", '"/x//y" is not a path'),
        ("GET /Reports:", '"/Reports" is not a path: "Reports"'),
        ("GET /x/..:", '"/x/.." is not a path: ".."'),
        ("GET /a/{b}c:", '"/a/{b}c" is not a path: "{b}c"'),
        ("GET /{slug}:", '"/{slug}" would take the paths of all services'),
        ("GET /a/{Id}:", '"Id" is not a parameter'),
        ("GET /a/{class}:", '"class" cannot be a parameter: it is a word of Python'),
        ("GET /a/{b}/{b}:", 'the parameter "b" comes twice in "/a/{b}/{b}"'),
        ("WS /feed: {body: 1 MiB}", '"WS /feed" has no body'),
        ("GET /x: {body: 1 MiB}", '"GET /x" has no body'),
    ],
)
def test_what_is_no_route_is_named_with_its_place(route: str, message: str) -> None:
    assert problems(f"{POSTS}      {route}\n") == [f"9:7 {message}"]


@pytest.mark.parametrize("path", ["/docs/x", "/livez", "/readyz", "/metrics", "/internal/x", "/openapi.json"])
def test_a_path_that_processes_answer_themselves_is_no_route(path: str) -> None:
    [message] = problems(f"{POSTS}      GET {path}:\n")

    first = path.removesuffix("/x")
    assert message.startswith(f'9:7 "GET {path}" cannot be a route: {first} is the path of ')


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("20", '"20" is not a size'),
        ("20 MB", '"20 MB" is not a size'),
        ("0 KiB", "a body limit of 0 KiB is out of range"),
        ("1025 MiB", "a body limit of 1025 MiB is out of range"),
    ],
)
def test_a_limit_is_a_size_in_its_range(size: str, message: str) -> None:
    assert problems(f"{POSTS}      POST /x: {{body: {size}}}\n") == [f"9:23 {message}"]


def test_a_service_says_each_route_once() -> None:
    text = "      GET /x/{a}:\n      GET /x/{b}:\n      GET /x-y:\n      GET /x/y:\n"

    assert problems(POSTS + text) == [
        '10:7 "GET /x/{b}" is the same route as "GET /x/{a}"',
        '12:7 "GET /x-y" and "GET /x/y" would both give the name get_x_y',
    ]


@pytest.mark.parametrize(
    ("one", "other", "at", "beginning", "owner"),
    [
        ("GET /likes:", "POST /likes:", 12, "/likes", "posts"),
        ("GET /x/{a}:", "PUT /x/{b}/c:", 12, "/x", "posts"),
        ("GET /likes-of:", "GET /x:", 9, "/likes-of", "likes-of"),
        ("GET /x:", "PUT /posts/{id}/like:", 12, "/posts", "posts"),
    ],
)
def test_two_services_do_not_share_the_beginning_of_a_path(
    one: str, other: str, at: int, beginning: str, owner: str
) -> None:
    text = f"{POSTS}      {one}\n  likes-of:\n    routes:\n      {other}\n"
    route, service = (one, "posts") if at == 9 else (other, "likes-of")

    [message] = problems(text)

    said = f'"{route[:-1]}" cannot be a route of "{service}": {beginning} leads to "{owner}"'
    assert message == f"{at}:7 {said}"


def test_a_path_below_one_of_another_service_is_a_route() -> None:
    text = "      GET /x:\n  archive:\n    routes:\n      GET /posts/archive/{year}: {}\n"

    assert len(services(POSTS + text)) == 2


def test_two_services_do_not_lie_below_each_other() -> None:
    text = "      GET /archive/posts:\n  archive:\n    routes:\n      GET /posts/archive: {}\n"

    assert problems(POSTS + text) == [
        '9:7 "GET /archive/posts" lies below /archive of "archive", which lies below "posts"',
        '12:7 "GET /posts/archive" lies below /posts of "posts", which lies below "archive"',
    ]

"""How gateways and the app of a monolith divide the paths of services."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blueprint.plan.model import Deployable
from blueprint.plan.routes import branches_of, mounted, upload_limits
from blueprint.spec.http_routes import Route
from blueprint.spec.model import Field, FieldType, Service
from blueprint.spec.names import Name

WORDS = ("a", "b", "c")


def service(name: str, *paths: str) -> Service:
    return Service(
        Name(name),
        resource=(Field(Name("x"), FieldType("str")),),
        routes=tuple(Route("GET", path) for path in paths),
    )


def owner_by_branches(services: list[Service], path: str) -> str | None:
    """Who is asked by a gateway that takes the first match."""
    for branch in branches_of((), [Deployable(each.name, (each,)) for each in services]):
        for known in branch.paths:
            if path.startswith(known[:-1]) if known.endswith("*") else path == known:
                return branch.deployable.name
    return None


def owner_by_length(services: list[Service], path: str) -> str | None:
    """Who has the longest beginning of the path."""
    claims = {f"/{each.name}": (each.name, True) for each in services}
    for each in services:
        for route in each.routes:
            wide = bool(route.parameters) or claims.get(route.beginning, ("", False))[1]
            claims[route.beginning] = (each.name, wide)
    fitting = [
        claim
        for claim, (_, wide) in claims.items()
        if path == claim or (wide and path.startswith(f"{claim}/"))
    ]
    return claims[max(fitting, key=len)][0] if fitting else None


@given(st.data())
def test_the_first_match_of_a_gateway_is_the_longest_one(data: st.DataObject) -> None:
    deep = st.lists(st.sampled_from((*WORDS, "{id}")), min_size=1, max_size=2).map("/".join)
    lower = data.draw(st.lists(st.builds("/{}/{}".format, st.sampled_from(("one", "two")), deep), max_size=4))
    beginnings = {path.partition("/{")[0] for path in lower} - {"/one", "/two"}
    paths = [path for path in lower if path.partition("/{")[0] in beginnings]
    services = [service("one"), service("three", *paths), service("two")]
    path = "/" + "/".join(
        data.draw(st.lists(st.sampled_from(("one", "two", "three", *WORDS, "7")), max_size=4))
    )

    assert owner_by_branches(services, path) == owner_by_length(services, path)


def test_the_service_with_the_deeper_path_is_asked_first() -> None:
    files, archive = service("files"), service("archive", "/files/archive/{year}")

    assert mounted((files, archive)) == (archive, files)
    assert mounted((archive, files)) == (archive, files)
    assert mounted((files, service("other", "/more"))) == (files, service("other", "/more"))


def test_gateways_let_a_little_more_pass_than_a_service_takes() -> None:
    upload = Service(
        Name("files"), routes=(Route("POST", "/files/{id}/v1.2", body=20 << 20), Route("GET", "/x"))
    )

    [limit] = upload_limits([upload])

    assert (limit.method, limit.pattern, limit.cut_off) == ("POST", "^/files/[^/]+/v1[.]2$", 27 << 20)

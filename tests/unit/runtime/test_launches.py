"""Commands and environments are complete before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from blueprint.errors import MachineError
from blueprint.runtime.description import Description, Program
from blueprint.runtime.launches import wire


def described(*programs: Program, smoke: tuple[str, ...] | None = None) -> Description:
    return Description("shop", "microservices", None, None, "var", programs, programs[0].name, smoke)


def test_placeholders_become_the_ports_of_the_others() -> None:
    gateway = Program(
        "gateway", ("{python}", "{port}"), "/livez", {"ORDERS": "{orders.url}", "AT": "{orders.address}"}
    )
    orders = Program("orders", ("x",), "/readyz", {"ME": "{url}", "PORT": "{orders.port}"})
    wiring = wire(described(gateway, orders, smoke=("{python}", "{url}")), Path("/p"), "py", {}, {})
    first, second = wiring.launches
    assert first.command == ("py", str(first.port))
    assert first.env == {"ORDERS": second.url, "AT": f"127.0.0.1:{second.port}"}
    assert second.env == {"ME": first.url, "PORT": str(second.port)}
    assert wiring.smoke is not None
    assert wiring.smoke.command == ("py", first.url)


def test_what_the_description_says_wins_over_the_environment() -> None:
    program = Program("orders", ("x",), "/", {"DATABASE_URL": "sqlite:{data}/orders.db"})
    wiring = wire(described(program), Path("/p"), "py", {"DATABASE_URL": "other", "LEVEL": "debug"}, {})
    assert wiring.entry.env == {"DATABASE_URL": "sqlite:/p/var/orders.db", "LEVEL": "debug"}


def test_what_is_shared_can_be_set_by_whoever_starts() -> None:
    description = replace(described(Program("orders", ("x",), "/", {})), shared={"A": "{data}/a", "B": "b"})

    wiring = wire(description, Path("/p"), "py", {"B": "another"}, {})

    assert wiring.entry.env == {"A": "/p/var/a", "B": "another"}


def test_what_is_shared_can_name_the_process_that_gets_it() -> None:
    programs = [Program("orders", ("x",), "/", {}), Program("order-items", ("x",), "/", {})]
    description = replace(described(*programs), shared={"DATABASE_URL": "sqlite:{data}/{process}.db"})

    launches = wire(description, Path("/p"), "py", {}, {"order-items": 2}).launches

    assert [Path(launch.env["DATABASE_URL"]).name for launch in launches] == [
        "orders.db",
        "order_items.db",
        "order_items.db",
    ]


def test_what_is_private_reaches_its_programs_alone() -> None:
    programs = [Program(name, ("x",), "/", {}) for name in ("orders", "payments", "gateway")]
    description = replace(
        described(*programs, smoke=("x",)), private={"KEY": ("payments",), "BOTH": ("payments", "orders")}
    )

    wiring = wire(description, Path("/p"), "py", {"KEY": "k", "BOTH": "b", "LEVEL": "l"}, {"payments": 2})

    found = {launch.name: sorted(launch.env) for launch in wiring.launches}
    assert found.pop("orders") == ["BOTH", "LEVEL"]
    assert found.pop("gateway") == ["LEVEL"]
    assert list(found.values()) == 2 * [["BOTH", "KEY", "LEVEL"]]
    assert wiring.smoke is not None
    assert sorted(wiring.smoke.env) == ["LEVEL"]


def test_other_braces_are_left_alone() -> None:
    program = Program("orders", ("x",), "/", {"JSON": '{"a": {}}', "FORMAT": "${HOME} {0}"})
    wiring = wire(described(program), Path("/p"), "py", {}, {})
    assert wiring.entry.env == program.env


def test_ports_are_different_and_below_those_of_outgoing_connections() -> None:
    programs = (Program(f"p{number}", ("x",), "/", {}) for number in range(50))
    ports = {launch.port for launch in wire(described(*programs), Path("/p"), "py", {}, {}).launches}
    assert len(ports) == 50
    assert all(1024 < port < 32768 for port in ports)


def test_of_several_instances_each_has_a_name_and_a_port() -> None:
    gateway = Program("gateway", ("x",), "/livez", {"PEERS": "{orders.url}", "AT": "{orders.address}"})
    orders = Program("orders", ("x", "{port}"), "/readyz", {"DRAIN": "{drain}", "FILE": "{data}/orders.db"})
    users = Program("users", ("x",), "/readyz", {"DRAIN": "{drain}"})
    first, *rest = wire(described(gateway, orders, users), Path("/p"), "py", {}, {"orders": 2}).launches
    assert [launch.name for launch in rest] == ["orders.1", "orders.2", "users"]
    one, two, single = rest
    assert first.env == {
        "PEERS": f"{one.url},{two.url}",
        "AT": f"127.0.0.1:{one.port} 127.0.0.1:{two.port}",
    }
    assert (one.command, two.command) == (("x", str(one.port)), ("x", str(two.port)))
    assert one.env == two.env == {"DRAIN": "2", "FILE": "/p/var/orders.db"}
    assert single.env == {"DRAIN": "0"}


def test_what_the_environment_brings_is_not_started_and_its_value_is_for_all() -> None:
    orders = Program("orders", ("x",), "/readyz", {"REGISTRY": "{registry.url}"})
    registry = Program("registry", ("x",), "/", {}, unless="REGISTRY")
    started = wire(described(orders, registry), Path("/p"), "py", {}, {}).launches
    assert started[0].env == {"REGISTRY": started[1].url}
    [alone] = wire(described(orders, registry), Path("/p"), "py", {"REGISTRY": "http://there"}, {}).launches
    assert alone.env == {"REGISTRY": "http://there"}


def test_a_missing_tool_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(MachineError) as caught:
        wire(described(Program("gateway", ("{caddy}",), "/", {})), Path("/p"), "py", {}, {})
    assert caught.value.problems[0].message == "caddy is not installed"
    assert caught.value.problems[0].hint == 'pip install "backend-blueprint[local]"'

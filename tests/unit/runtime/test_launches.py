"""Commands and environments are complete before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    wiring = wire(described(gateway, orders, smoke=("{python}", "{url}")), Path("/p"), "py", {})
    first, second = wiring.launches
    assert first.command == ("py", str(first.port))
    assert first.env == {"ORDERS": second.url, "AT": f"127.0.0.1:{second.port}"}
    assert second.env == {"ME": first.url, "PORT": str(second.port)}
    assert wiring.smoke is not None
    assert wiring.smoke.command == ("py", first.url)


def environments(*own: dict[str, str], **variables: str) -> list[dict[str, str]]:
    """What processes with these variables in the description start with."""
    programs = [Program(f"p{number}", ("x",), "/", env) for number, env in enumerate(own)]
    return [dict(launch.env) for launch in wire(described(*programs), Path("/p"), "py", variables).launches]


def test_what_the_description_says_of_one_process_wins_over_the_environment() -> None:
    own = [{"DATABASE_URL": f"sqlite:{{data}}/{name}.db"} for name in ("orders", "users")]

    assert environments(*own, DATABASE_URL="other", LEVEL="debug") == [
        {"DATABASE_URL": "sqlite:/p/var/orders.db", "LEVEL": "debug"},
        {"DATABASE_URL": "sqlite:/p/var/users.db", "LEVEL": "debug"},
    ]


def test_what_is_the_same_in_all_processes_is_a_default() -> None:
    own = [{"BROKER_URL": "sqlite:{data}/broker.db"}] * 2

    assert environments(*own) == [{"BROKER_URL": "sqlite:/p/var/broker.db"}] * 2
    assert environments(*own, BROKER_URL="nats://there") == [{"BROKER_URL": "nats://there"}] * 2


def test_what_is_chosen_for_this_start_is_no_default() -> None:
    [env] = environments({"PORT": "{port}"}, PORT="8000")

    assert env["PORT"] != "8000"


def test_other_braces_are_left_alone() -> None:
    program = Program("orders", ("x",), "/", {"JSON": '{"a": {}}', "FORMAT": "${HOME} {0}"})
    wiring = wire(described(program), Path("/p"), "py", {})
    assert wiring.entry.env == program.env


def test_ports_are_different_and_below_those_of_outgoing_connections() -> None:
    programs = (Program(f"p{number}", ("x",), "/", {}) for number in range(50))
    ports = {launch.port for launch in wire(described(*programs), Path("/p"), "py", {}).launches}
    assert len(ports) == 50
    assert all(1024 < port < 32768 for port in ports)


def test_a_missing_tool_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(MachineError) as caught:
        wire(described(Program("gateway", ("{caddy}",), "/", {})), Path("/p"), "py", {})
    assert caught.value.problems[0].message == "caddy is not installed"
    assert caught.value.problems[0].hint == 'pip install "backend-blueprint[local]"'

"""What a flag of `add-service` takes is what stands in blueprint.yaml, and little is left to be guessed."""

from __future__ import annotations

import pytest

from blueprint.cli.adding import text_with, text_without
from blueprint.cli.service_flags import ServiceFlags, service_of
from blueprint.errors import BlueprintError, Problem, SpecError, UsageError
from blueprint.spec.http_routes import Route
from blueprint.spec.load import load_spec
from blueprint.spec.model import Service, Spec
from tests.unit.spec.examples import BLANK, PATH, SHOP

FIELDS = ("order_id: str unique", "status: str")


def spec_with(**flags: object) -> Spec:
    return load_spec(text_with(SHOP, ServiceFlags("shipments", **flags), PATH), PATH)


def added(**flags: object) -> Service:
    return spec_with(**flags).service("shipments")


def refused(**flags: object) -> tuple[BlueprintError, Problem]:
    with pytest.raises(BlueprintError) as error:
        text_with(SHOP, ServiceFlags(**{"name": "shipments", **flags}), PATH)
    [problem] = error.value.problems
    return error.value, problem


def test_a_field_is_written_as_in_the_file() -> None:
    service = added(fields=("price: money? >= 0", "lines: list[line]", "to: ref(orders)"))

    assert [f"{field.name}: {field}" for field in service.resource or ()] == [
        "price: money? >= 0",
        "lines: list[line]",
        "to: ref(orders)",
    ]


def test_a_row_is_called_what_the_flag_says() -> None:
    assert added(singular="parcel", fields=("to: str",)).singular == "parcel"
    assert added(fields=("to: str",)).singular == "shipment"


@pytest.mark.parametrize(("singular", "code"), [("A B", "bad-name"), ("", "wrong-shape")])
def test_a_singular_that_is_none_is_told(singular: str, code: str) -> None:
    _, problem = refused(singular=singular, fields=("to: str",))

    assert (problem.code, problem.path) == (code, "--singular")


def test_a_singular_alone_says_nothing_of_what_the_service_does() -> None:
    assert refused(singular="parcel")[1].code == "empty-service"


def test_an_action_can_be_a_word_or_all_that_it_is() -> None:
    service = added(
        actions=("pack", "ship: {in: {to: str}, out: {code: str}, refuses: [no_way], undo: cancel_it}")
    )

    assert [action.name for action in service.actions] == ["pack", "ship", "cancel_it"]
    assert service.action("ship").refuses == ("no_way",)
    assert [field.name for field in service.action("cancel_it").inputs] == ["to", "code"]


def test_flags_tell_of_the_only_action() -> None:
    action = added(
        actions=("ship",),
        takes=("to: str",),
        gives=("code: str",),
        refuses=("no_way",),
        undo="stop",
        external=True,
    ).action("ship")

    assert ([str(field) for field in action.inputs], action.refuses, action.undo) == (
        ["str"],
        ("no_way",),
        "stop",
    )
    assert action.external


def test_a_bare_event_is_that_of_the_only_thing_that_happens() -> None:
    assert added(fields=FIELDS, publishes=("shipment.made",)).publishes[0].occurrence == "created"
    assert added(actions=("ship",), publishes=("shipment.made",)).publishes[0].occurrence == "ship"


@pytest.mark.parametrize(
    ("event", "occurrence"),
    [("shipment.created", "created"), ("shipment.shipped", "ship"), ("shipment.ship", "ship")],
)
def test_a_bare_event_can_name_what_happened(event: str, occurrence: str) -> None:
    assert (
        added(fields=FIELDS, actions=("ship", "wrap"), publishes=(event,)).publishes[0].occurrence
        == occurrence
    )


def test_a_bare_event_is_followed_by_the_action_that_is_named() -> None:
    service = added(actions=("tell",), consumes=("order.confirmed",))

    assert [str(reaction.action) for reaction in service.reactions] == ["tell"]
    assert [action.name for action in service.actions] == ["tell"]


def test_each_event_can_have_an_action_of_its_own() -> None:
    service = added(consumes=("order.confirmed", "order.cancelled: regret"))

    assert [str(each.action) for each in service.reactions] == ["note_order_confirmed", "regret"]


def test_a_step_is_given_what_its_service_keeps_of_what_is_known() -> None:
    spec = spec_with(
        fields=("order_id: str unique", "method: str", "note: str?", "status: str"),
        actions=("ship",),
        step_of="checkout",
    )

    assert [str(step) for step in spec.workflows[0].steps][-1] == "shipments.ship"
    assert [field.name for field in spec.service("shipments").action("ship").inputs] == ["order_id", "method"]


def test_a_step_of_a_service_that_keeps_nothing_is_given_the_row() -> None:
    action = added(actions=("ship",), step_of="checkout").action("ship")

    assert [field.name for field in action.inputs] == ["order_id"]


def test_a_step_that_says_what_it_takes_is_given_that() -> None:
    action = added(fields=FIELDS, actions=("ship: {in: {total: money}}",), step_of="checkout").action("ship")

    assert [field.name for field in action.inputs] == ["total"]


@pytest.mark.parametrize(
    ("after", "place"), [("orders", 0), ("products", 1), ("payments", 2), ("payments.charge", 2), (None, 2)]
)
def test_a_step_has_its_place(after: str | None, place: int) -> None:
    spec = spec_with(fields=FIELDS, actions=("ship",), undo="stop", step_of="checkout", after=after)

    assert str(spec.workflows[0].steps[place]) == "shipments.ship"


def test_the_step_can_be_named_among_several_actions() -> None:
    spec = spec_with(actions=("ship", "wrap"), step_of="checkout: wrap")

    assert str(spec.workflows[0].steps[-1]) == "shipments.wrap"


@pytest.mark.parametrize(
    ("flags", "message", "hint"),
    [
        ({}, 'the service "shipments" has no fields, actions or events', "--field"),
        (
            {"actions": ("ship", "wrap"), "undo": "stop"},
            "--undo applies to one action",
            '"ship: {undo: ...}"',
        ),
        ({"fields": FIELDS, "undo": "stop"}, "--undo applies to an action, but there is none", "--action"),
        (
            {"actions": ("ship: {in: {a: str}}",), "takes": ("b: str",)},
            "--in applies to one action",
            "{in: ...}",
        ),
        ({"fields": FIELDS, "step_of": "checkout"}, "a step is an action", "--action ship"),
        ({"actions": ("ship", "wrap"), "step_of": "checkout"}, "the step must be one", '"checkout: ship"'),
        ({"actions": ("ship",), "after": "payments"}, "--after needs --step-of", "--step-of"),
        (
            {"fields": FIELDS, "actions": ("ship",), "publishes": ("shipment.sent",)},
            "has several possible occurrences",
            '"ship: shipment.sent"',
        ),
    ],
)
def test_flags_that_leave_something_open_are_asked_about(
    flags: dict[str, object], message: str, hint: str
) -> None:
    error, problem = refused(**flags)

    assert isinstance(error, UsageError)
    assert message in problem.message
    assert hint in str(problem.hint)


@pytest.mark.parametrize(
    ("flags", "code", "message"),
    [
        ({"name": "orders"}, "service-exists", 'the service "orders" already exists'),
        ({"name": "Orders"}, "bad-name", '"Orders" is not a service name'),
        (
            {"name": "orders2", "fields": ("a: str",), "actions": ("x: {in: {a: ref(order)}}",)},
            "unknown-service",
            "order",
        ),
        ({"name": "order"}, "same-name", "Order"),
        ({"name": "metrics"}, "reserved-name", "/metrics is the path of the process's own metrics"),
        ({"name": "../up"}, "bad-name", "is not a service name"),
        ({"name": "--"}, "bad-name", "is not a service name"),
        ({"fields": ("price",)}, "bad-field", '"price" has no type'),
        ({"fields": ("price: decimal",)}, "unknown-type", '"decimal"'),
        ({"fields": ("price: money =>0",)}, "bad-field", "does not describe a field"),
        ({"fields": ("created_at: str",)}, "reserved-name", 'every row has its "created_at" by itself'),
        ({"fields": ("a: [str",)}, "bad-yaml", "this is not YAML"),
        ({"fields": ("a: &x str",)}, "yaml-reference", "anchors"),
        ({"fields": ("",)}, "wrong-shape", "--field takes"),
        ({"fields": ("order_id: ref(nobody)",)}, "unknown-service", '"nobody"'),
        ({"actions": ("ship: {inn: {}}",)}, "unknown-key", '"inn"'),
        ({"actions": ("created",)}, "reserved-name", '"created"'),
        ({"consumes": ("no.such",)}, "unknown-event", 'no service publishes "no.such"'),
        ({"consumes": ("nodot",)}, "bad-name", '"nodot" is not an event name'),
        ({"fields": FIELDS, "publishes": ("order.placed",)}, "event-twice", "order.placed"),
        ({"actions": ("ship",), "step_of": "chekout"}, "unknown-workflow", 'there is no workflow "chekout"'),
        (
            {"actions": ("ship",), "step_of": "checkout", "after": "paymnts"},
            "unknown-step",
            '"paymnts" is no part',
        ),
        (
            {"actions": ("ship",), "refuses": ("no_way",), "step_of": "checkout", "after": "orders"},
            "no-undo",
            "ship",
        ),
        (
            {"actions": ("ship: {in: {weight: int}}",), "step_of": "checkout"},
            "unbound-input",
            '"weight" is not known',
        ),
        ({"actions": ("ship: {undo: ship}",)}, "undo-must-succeed", "ship"),
    ],
)
def test_what_does_not_fit_is_one_problem(flags: dict[str, object], code: str, message: str) -> None:
    flags = {"fields": ("note: str",), **flags} if "name" in flags else flags
    error, problem = refused(**flags)

    assert isinstance(error, SpecError)
    assert problem.code == code
    assert message in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("close", "wide"),
    [
        ({"fields": ("address:str",)}, {"fields": ("address: str",)}),
        ({"fields": ("address:str?",)}, {"fields": ("address: str?",)}),
        ({"fields": ("price:money >= 0",)}, {"fields": ("price: money >= 0",)}),
        ({"actions": ("ship:{in: {order_id: str}}",)}, {"actions": ("ship: {in: {order_id: str}}",)}),
        (
            {"actions": ("ship",), "takes": ("order_id:str",), "gives": ("cost:money",)},
            {"actions": ("ship",), "takes": ("order_id: str",), "gives": ("cost: money",)},
        ),
        (
            {"actions": ("ship",), "publishes": ("ship:item.sent",)},
            {"actions": ("ship",), "publishes": ("ship: item.sent",)},
        ),
        ({"consumes": ("order.placed:note",)}, {"consumes": ("order.placed: note",)}),
        (
            {"actions": ("ship",), "jobs": ("ship:every 10m",), "settings": ("key:secret",)},
            {"actions": ("ship",), "jobs": ("ship: every 10m",), "settings": ("key: secret",)},
        ),
    ],
)
def test_a_flag_means_the_same_without_a_space_after_the_colon(
    close: dict[str, tuple[str, ...]], wide: dict[str, tuple[str, ...]]
) -> None:
    assert service_of(ServiceFlags("letters", **close)) == service_of(ServiceFlags("letters", **wide))


def test_events_that_lead_in_a_circle_are_refused() -> None:
    _, problem = refused(
        actions=("ship", "wrap"),
        consumes=("a.sent: wrap", "b.sent: ship"),
        publishes=("ship: a.sent", "wrap: b.sent"),
    )

    assert problem.code == "circular-inputs"


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SpecError) as error:
        text_with(SHOP, ServiceFlags("shipments", fields=("a: 7x", "Class: str"), actions=("Ship",)), PATH)

    assert [problem.path for problem in error.value.problems] == ["--field", "--field", "--action"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("shipments", "unknown-service"), ("../x", "unknown-service"), ("orders", "still-needed")],
)
def test_what_cannot_be_removed_is_said(name: str, code: str) -> None:
    with pytest.raises(SpecError) as error:
        text_without(SHOP, name, PATH)

    assert error.value.problems[0].code == code


def test_the_last_service_stays() -> None:
    with pytest.raises(SpecError, match='"orders" is the only service'):
        text_without(BLANK, "orders", PATH)


def test_settings_and_jobs_are_written_as_in_the_file() -> None:
    service = added(
        actions=("sweep", "report"),
        settings=("api_key: secret", "api_url: url = https://a.example", "days: int >= 1 = 5"),
        jobs=("sweep: every 10m", 'report: at "0 3 1,15 * *" UTC'),
    )

    assert [f"{setting.name}: {setting}" for setting in service.settings] == [
        "api_key: secret",
        "api_url: url = https://a.example",
        "days: int >= 1 = 5",
    ]
    assert [f"{job.action}: {job.schedule}" for job in service.jobs] == [
        "sweep: every 10m",
        'report: at "0 3 1,15 * *" UTC',
    ]


@pytest.mark.parametrize(
    ("flags", "code", "path"),
    [
        ({"settings": ("api_key",)}, "bad-field", "--setting"),
        ({"settings": ("api_key: secret = x",)}, "bad-setting", "--setting"),
        ({"settings": ("path: str",)}, "reserved-name", "--setting"),
        ({"jobs": ("sweep",)}, "bad-field", "--job"),
        ({"jobs": ("sweep: every 1s",)}, "bad-schedule", "--job"),
        ({"jobs": ("swept: every 1h",)}, "unknown-action", PATH),
        ({"jobs": ("sweep: every 1h",), "takes": ("room: str",)}, "job-inputs", PATH),
        ({"routes": ("sweep",)}, "bad-route", "--route"),
        ({"routes": ("POST /sweep: {body: 2 TiB}",)}, "bad-value", "--route"),
        ({"routes": ("GET /docs",)}, "reserved-path", PATH),
    ],
)
def test_settings_jobs_and_routes_that_are_not_valid(flags: dict[str, object], code: str, path: str) -> None:
    _, problem = refused(actions=("sweep",), **flags)

    assert (problem.code, problem.path) == (code, path)


def test_routes_are_written_as_in_the_file() -> None:
    service = added(routes=("PUT /posts/{id}/like", "POST /files: {body: 20 MiB}"))

    assert service.routes == (Route("PUT", "/posts/{id}/like"), Route("POST", "/files", body=20 << 20))


def test_settings_alone_say_nothing_of_what_the_service_does() -> None:
    assert refused(settings=("api_key: secret",))[1].code == "empty-service"

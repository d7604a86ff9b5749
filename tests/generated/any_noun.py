"""Specs of many nouns: ordinary ones, and those that Python, the kit or a database has for something else."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.spec.names import Name, fold

MOST = 190
"""Services of a spec, which can have 200."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORDINARY = _words(
    """
    accounts addresses albums animals answers appointments articles artists assets assignments
    authors badges bills boards books bookings branches brands budgets buildings campaigns cards
    carts cases categories channels chapters cities classes comments companies conditions contacts
    contracts contributors countries courses customers decisions deliveries departments devices
    discounts doctors documents donations drivers employees events exams exercises expenses farms
    files fields flights flows folders formulas forms galleries games goals grades groups guests
    habits holidays hotels houses images incidents ingredients inspections interviews inventories
    invoices issues items jobs journeys keys languages leads leagues leases lectures lessons letters
    licenses lists loans locations machines managers maps matches measurements meetings members
    memberships messages milestones movies networks notes notifications numbers objects offers
    offices options pages parcels parties passengers patients payments permissions persons pets
    photos plans players playlists podcasts policies polls posts prescriptions prices programs
    projects proposals quizzes quotes ratings readers recipes records refunds rentals reports
    requests reservations returns reviews rewards roles rooms routes rules salaries schedules
    schools scores seasons sections sellers sensors sessions shipments shops skills slots songs
    sponsors stations stores students subjects subscriptions suppliers surveys tables tags tasks
    teachers teams templates tenants tests tickets times topics tournaments trains transfers trips
    types vehicles vendors versions visits votes wallets workers
    """
)
KIT_TABLES = _words(
    """
    action-outcomes idempotency-keys leases login-failures outbox schema-migrations tasks
    """
)
HARD = KIT_TABLES + _words(
    """
    events classes matches cases requests records tables pages readers returns answers fields times
    types tests lists objects numbers flows api actions action build class commands con data
    entrypoints event-data exceptions files-in gateway import ids json kafka list localhost log
    metrics-of migrations models moneys nobody nones openapi pg-things platform postgres print
    publishes receipts registry routers rows secrets self services sqlite-things str structlogs
    telemetry txs var wiring texts timeouts
    """
)
STARTED = _words(
    """
    class tests tasks outbox gateway registry wiring records events sqlite-things broker import shop
    """
)
FIELDS = (
    "{name: str, class: str, list: 'list[str]', items: 'list[text]', json: int?, self: str, "
    "model_dump: bool, cls: time?, int: int >= 3, from: money?}"
)
ACTIONS = _words(
    """
    import log tx command action external once router class list print receipt event test_drive
    structlog uuid5 datetime run str type service
    """
)
_TYPES = """\
  text: {class: str, list: 'list[str]', of: int}
  annotated: {copy: str, note: 'text?'}
  test_note: {int: int}
"""


def distinct(nouns: Iterable[str]) -> list[str]:
    """Without those that have the singular of one before: it is for the user to tell two classes apart."""
    taken = {fold(name) for name in ("text", "annotated", "test_note", "zebras", "zebra", "lion", "owl")}
    found: list[str] = []
    for noun in nouns:
        if (row := Name(noun).singular.pascal) not in taken:
            taken.add(row)
            found.append(noun)
    return found[:MOST]


def spec_of(
    pattern: str, nouns: Iterable[str], *, choices: str = "", actions: Iterable[str] = ACTIONS
) -> str:
    """A spec with a service for each noun, of which every third has actions and no rows."""
    chosen = distinct(nouns)
    services = "".join(map(_service, chosen, range(len(chosen))))
    asked = ", ".join(_action(action, number) for number, action in enumerate(actions))
    return f"""\
version: 1
name: shop
pattern: {pattern}
stack: fastapi
{choices}types:
{_TYPES}services:
{services}  zebras:
    resource: {{weight: int}}
    publishes: {{import: zebras.imported}}
    actions: {{{asked}}}
  lions:
    actions: {{{asked}}}
  owls:
    resource: {{name: str, class: str, json: int, status: str}}
    publishes: {{created: owls.came}}
    actions: {{hoot: {{}}, cry: {{}}, wake: {{in: {{class: str}}}}}}
workflows:
  flows: {{starts: owls.created, steps: [owls.wake], success: owls.hoot, failure: owls.cry}}
"""


def _service(noun: str, number: int) -> str:
    snake, row = Name(noun).snake, Name(noun).singular.snake
    if number % 3 == 2:
        fields = "in: {class: str, event: str, text: text}, out: {list: int, text2: text, when: time}"
        return f"  {noun}:\n    actions: {{take_it: {{{fields}}}}}\n"
    same = f", {row}: {{out: {{done: bool}}}}" if row not in (snake, "created", "do_it", "take") else ""
    return (
        f"  {noun}:\n    resource: {FIELDS}\n    publishes: {{created: '{snake}.made'}}\n"
        f"    reacts_to: {{zebras.imported: take}}\n"
        f"    actions: {{do_it: {{in: {{{row}_id: str, class: str}}}}{same}}}\n"
    )


def _action(action: str, number: int) -> str:
    external = "external: true, " if number % 4 == 1 else ""
    inputs = "in: {class: str, event: str, sql: str, text: text}"
    return f"{action}: {{{external}{inputs}, out: {{list{number}: int, text{number}: text?}}}}"

"""What a team changes in a generated project: each edit once, with the field that comes beside it later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.edits.teams import Team
from tests.generated.edits import Edit

PRESETS = ("e-commerce", "blank")
ORDERS = "src/shop/orders"
ANNOTATED = "from typing import Annotated, TypedDict"
BANK = '''\
"""The bank, which takes a key so that nothing is paid twice."""

import asyncio

TIMEOUT = 2.0


async def ask_bank(key: str) -> str:
    async with asyncio.timeout(TIMEOUT):
        await asyncio.sleep(0)
    return key
'''
BESIDE = {
    "e-commerce": ("      reason: str?\n", "      reason: str?\n      gift: bool?\n"),
    "blank": ("      note: str?\n", "      note: str?\n      gift: bool?\n"),
}
"""A field of orders that comes later, by preset: a piece of blueprint.yaml, and what stands there then."""
LAST_FIELD = {"e-commerce": "reason", "blank": "note"}


def nothing(team: Team) -> None:
    """The edits are all that the team does."""


@dataclass(frozen=True, slots=True)
class Row:
    """An edit of the table: its name, and the page that says how.

    `before` is what the team asks the tool for first, `edits` what it then changes by preset, `also` what it
    does beside.
    """

    name: str
    page: str
    edits: Callable[[str], tuple[Edit, ...]]
    also: Callable[[Team], None] = nothing
    before: Callable[[Team], None] = nothing
    by_program: bool = False
    """Most lines are changed by a formatter, and say nothing of the work."""

    def __str__(self) -> str:
        return self.name


def limits(preset: str) -> tuple[Edit, ...]:
    field = LAST_FIELD[preset]
    path = f"{ORDERS}/resource.py"
    return (
        Edit(
            path,
            "from typing import TypedDict\n",
            f"{ANNOTATED}\n\nfrom pydantic import Field\n",
        ),
        Edit(
            path,
            f"    {field}: Text | None = None\n",
            f"    {field}: Annotated[Text, Field(max_length=200)] | None = None  # what fits on a label\n",
        ),
    )


def own_type(preset: str) -> tuple[Edit, ...]:
    field = LAST_FIELD[preset]
    path = f"{ORDERS}/resource.py"
    return (
        Edit(
            path, "from typing import TypedDict\n", "from enum import StrEnum\nfrom typing import TypedDict\n"
        ),
        Edit(
            path,
            "class Order(Record):\n",
            'class Label(StrEnum):\n    PLAIN = "plain"\n    FRAGILE = "fragile"\n\n\nclass Order(Record):\n',
        ),
        Edit(path, f"    {field}: Text | None = None\n", f"    {field}: Label | Text | None = None\n"),
    )


def outside_api(preset: str) -> tuple[Edit, ...]:
    path = "src/shop/payments/actions.py"
    first = "from shop.payments.messages import"
    imports = Edit(path, first, f"from shop.payments.bank import ask_bank\n{first}")
    bank = Edit("src/shop/payments/bank.py", "", BANK)
    if preset == "blank":
        name = 'return str(uuid5(NAMESPACE_OID, f"payments.charge {command.model_dump_json()}"))'
        return imports, bank, Edit(path, name, f"await ask_bank(command.order_id)\n    {name}")
    name = "return await provider().capture("
    return imports, bank, Edit(path, name, f"await ask_bank(command.order_id)\n    {name}")


def database_rules(preset: str) -> tuple[Edit, ...]:
    number = "0003" if preset == "e-commerce" else "0002"
    field = LAST_FIELD[preset]
    return (
        Edit(
            f"{ORDERS}/migrations/{number}_ours.sql",
            "",
            f'CREATE INDEX "by_{field}" ON "orders" ("{field}");\n'
            f'CREATE UNIQUE INDEX "one_a_user" ON "orders" ("user_id", "created_at");\n'
            f'CREATE VIEW "labels" AS SELECT "id", "{field}" FROM "orders";\n',
        ),
    )


def company_files(_: str) -> tuple[Edit, ...]:
    return (
        Edit("Dockerfile", "EXPOSE 8000\n", 'LABEL org.opencontainers.image.vendor="Lamps"\nEXPOSE 8000\n'),
        Edit(".github/workflows/ci.yaml", "timeout-minutes: 20", "timeout-minutes: 30"),
        Edit("pyproject.toml", "", "\n[tool.lamps]\nbright = true\n"),
        Edit(".github/workflows/lamps.yaml", "", "name: lamps\non: [push]\njobs: {}\n"),
    )


def with_settings(team: Team) -> None:
    spec = (team.root / "blueprint.yaml").read_text()
    payments = spec[spec.index("  payments:\n") :].splitlines()[1]
    team.respecify(f"{payments}\n", f"{payments}\n    settings: {{capture_seconds: int >= 1 = 5}}\n")
    team.command("sync")


def use_of_settings(preset: str) -> tuple[Edit, ...]:
    path = "src/shop/payments/actions.py"
    if preset == "e-commerce":
        call = "return await provider().capture(command.order_id, command.total, command.payment_method)\n"
        start = Edit(path, "from shop.payments.messages", "import asyncio\n\nfrom shop.payments.messages")
        before = "from shop.platform.calls"
    else:
        call = 'return str(uuid5(NAMESPACE_OID, f"payments.charge {command.model_dump_json()}"))\n'
        start = Edit(path, "from uuid import", "import asyncio\nfrom uuid import")
        before = "from shop.platform.storage"
    wait = "" if preset == "e-commerce" else "        await asyncio.sleep(0)\n"
    timeout = f"async with asyncio.timeout(get_settings().capture_seconds):\n{wait}        {call}"
    settings = f"from shop.payments.settings import get_settings\n{before}"
    return start, Edit(path, before, settings), Edit(path, call, timeout)


def with_job(team: Team) -> None:
    cancel = "      cancel: {in: {reason: str}}\n"
    team.respecify(cancel, f"{cancel}      expire: {{}}\n    jobs: {{expire: every 10m}}\n")
    team.command("sync")


def work_of_job(_: str) -> tuple[Edit, ...]:
    path = f"{ORDERS}/expire_action.py"
    return (
        Edit(
            path,
            "from shop.orders.messages import Expire\n",
            "from shop.orders.messages import Expire\nfrom shop.orders.resource import orders\n",
        ),
        Edit(
            path,
            '    log.info("expire", command=command.model_dump(mode="json"))\n',
            '    old = await orders.find_by(tx, status="pending")\n    log.info("expire", orders=len(old))\n',
        ),
    )


def own_choice_of_files(team: Team) -> None:
    """One is deleted, one moved and one a link: two of them are to stay so, and one is wanted back."""
    for name in ("SECURITY.md", ".pre-commit-config.yaml"):
        (team.root / name).unlink()
    (team.root / ".dockerignore").rename(team.root / "dockerignore.old")
    (team.root / ".dockerignore").symlink_to("dockerignore.old")
    team.command("keep", str(team.root / "SECURITY.md"), str(team.root / ".dockerignore"))
    team.command("restore", str(team.root / ".pre-commit-config.yaml"))


def none(_: str) -> tuple[Edit, ...]:
    return ()


def other_style(team: Team) -> None:
    """Another line length and other quotes, and a run of the formatter."""
    pyproject = team.root / "pyproject.toml"
    text = pyproject.read_text()
    assert "line-length = 120" in text
    text = text.replace("line-length = 120", "line-length = 90", 1)
    text = text.replace("[tool.ruff.lint]\n", '[tool.ruff.lint]\nignore = ["E501"]\n', 1)
    section = "[tool.ruff.format]\n"
    assert section in text
    pyproject.write_text(text.replace(section, f'{section}quote-style = "single"\n', 1))
    team.workshop.run_in(team.root, "ruff", "format", "-q")
    team.workshop.run_in(team.root, "ruff", "check", "--fix", "-q")


def other_line_ends(team: Team) -> None:
    """As a checkout on Windows has them."""
    for name in ("src/shop/orders/resource.py", "src/shop/flows.py", "README.md"):
        file = team.root / name
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


ROWS = (
    Row("a limit by hand beside generated fields", "reference/changing-a-project", limits),
    Row("a type of one's own beside generated fields", "reference/changing-a-project", own_type),
    Row("an outside API in an action, with timeout and key", "how-to/add-a-service", outside_api),
    Row("an index, a unique constraint and a view", "how-to/change-stored-data", database_rules),
    Row(
        "a Dockerfile, a workflow, a pyproject section",
        "reference/changing-a-project",
        company_files,
    ),
    Row(
        "ruff with other settings, and a run of it",
        "reference/changing-a-project",
        none,
        other_style,
        by_program=True,
    ),
    Row("a setting of one's own", "how-to/add-settings", use_of_settings, before=with_settings),
    Row("a job every ten minutes", "how-to/add-a-job", work_of_job, before=with_job),
    Row(
        "a file deleted, or a link in its place",
        "how-to/choose-what-blueprint-writes",
        none,
        own_choice_of_files,
    ),
    Row("line ends of Windows", "reference/changing-a-project", none, other_line_ends, by_program=True),
)

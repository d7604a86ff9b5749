"""What a team changes in a generated project: each edit once, with the field that comes beside it later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from blueprint.requirements import read_lock, write_lock
from tests.edits import own_code
from tests.edits.teams import Team
from tests.generated.edits import SQLALCHEMY, Dependency, Edit, files_of_page

PRESETS = ("e-commerce", "blank")
ORDERS = "src/shop/orders"
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
SAMPLES = (
    f"{ORDERS}/tests/test_orders.py",
    "tests/services/test_orders.py",
    "tests/workflows/test_checkout.py",
    "smoke.py",
)
"""Files with a value for each field of an order."""
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
    edits: Callable[[str], tuple[Edit | Dependency, ...]]
    also: Callable[[Team], None] = nothing
    before: Callable[[Team], None] = nothing
    answers: bool = False
    """The document of what services answer is refreshed by `blueprint openapi`."""
    by_program: bool = False
    """Most lines are changed by a formatter, and say nothing of the work."""

    def __str__(self) -> str:
        return self.name


def enum(preset: str) -> tuple[Edit, ...]:
    """Of a field that requests bring: they refuse all other values, and the document names them."""
    if preset == "e-commerce":
        own = "from shop.orders.payment_method import PaymentMethod\n"
        return (
            Edit(f"{ORDERS}/payment_method.py", "", own_code.PAYMENT_METHOD),
            Edit(f"{ORDERS}/tests/test_payment_method.py", "", own_code.PAYMENT_METHOD_TEST),
            Edit(f"{ORDERS}/resource.py", "from shop.orders.types", f"{own}from shop.orders.types"),
            Edit(
                f"{ORDERS}/resource.py",
                "    payment_method: Text\n    status: Text =",
                "    payment_method: PaymentMethod\n    status: Text =",
            ),
            Edit(
                f"{ORDERS}/resource.py",
                "    payment_method: Text\n    status: Text\n",
                "    payment_method: PaymentMethod\n    status: Text\n",
            ),
            Edit(f"{ORDERS}/api.py", "from shop.orders.resource", f"{own}from shop.orders.resource"),
            Edit(
                f"{ORDERS}/api.py",
                "    payment_method: Text = Field(min_length=1, max_length=64)\n",
                "    payment_method: PaymentMethod\n",
            ),
        )
    return (
        _shown("label.py"),
        Edit(f"{ORDERS}/tests/test_label.py", "", own_code.LABEL_TEST),
        *_typed("Label", "from shop.orders.label import Label\n", "resource", "requests", "views"),
        *(Edit(path, '"note": "note"', '"note": "plain"') for path in SAMPLES),
    )


def limits(preset: str) -> tuple[Edit, ...]:
    """A limit, a pattern and a check of one's own, as one type."""
    words = _shown("words.py")
    own = "from shop.orders.words import Plain\n"
    if preset == "e-commerce":
        return (
            words,
            Edit(f"{ORDERS}/tests/test_words.py", "", own_code.WORDS_TEST_SHOP),
            Edit(f"{ORDERS}/resource.py", "from shop.platform.storage", f"{own}from shop.platform.storage"),
            Edit(
                f"{ORDERS}/resource.py",
                "    reason: Text | None = None\n",
                "    reason: Plain | None = None\n",
            ),
        )
    return (
        words,
        Edit(f"{ORDERS}/tests/test_words.py", "", own_code.WORDS_TEST),
        *_typed("Plain", own, "resource", "requests"),
        Edit(f"{ORDERS}/resource.py", "    user_id: Text\n", "    user_id: Plain\n"),
    )


def _shown(name: str) -> Edit:
    """The file that the page on rules shows."""
    [edit] = [each for each in files_of_page("write-a-rule.md") if each.path == f"{ORDERS}/{name}"]
    return edit


def _typed(name: str, own: str, *modules: str) -> Iterator[Edit]:
    """The note of an order has a type of the team's, in these modules."""
    for module in modules:
        path = f"{ORDERS}/{module}.py"
        yield Edit(path, "from shop.platform", f"{own}from shop.platform")
        before = "BoundedText" if module == "requests" else "Text"
        yield Edit(path, f"    note: {before} | None = None\n", f"    note: {name} | None = None\n")
    if "resource" in modules:
        yield Edit(f"{ORDERS}/resource.py", "    note: Text | None\n", f"    note: {name} | None\n")


def refreshed(team: Team) -> None:
    """The document says what the application says."""
    team.link_environment()
    team.command("openapi")


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
    number = 3 if preset == "e-commerce" else 2
    field = LAST_FIELD[preset]
    test = own_code.RULES_TEST_SHOP if preset == "e-commerce" else own_code.RULES_TEST
    return (
        Edit(
            f"{ORDERS}/migrations/000{number}_ours.sql",
            "",
            f'CREATE INDEX "by_{field}" ON "orders" ("{field}");\n'
            f'CREATE UNIQUE INDEX "urgent" ON "orders" ("user_id", "{field}") WHERE "{field}" = \'urgent\';\n'
            f'CREATE UNIQUE INDEX "secret" ON "orders" ("{field}") WHERE "{field}" = \'secret\';\n'
            f'CREATE VIEW "labels" AS SELECT "id", "{field}" FROM "orders";\n',
        ),
        Edit(
            f"{ORDERS}/migrations/000{number + 1}_ours_quiet.sqlite.sql",
            "",
            f'CREATE TRIGGER "quiet" AFTER INSERT ON "orders" WHEN NEW."{field}" = \'LOUD\' BEGIN\n'
            f'    UPDATE "orders" SET "{field}" = lower("{field}") WHERE "id" = NEW."id";\n'
            "END;\n",
        ),
        Edit(f"{ORDERS}/tests/test_rules.py", "", test),
    )


def own_sql(preset: str) -> tuple[Edit, ...]:
    if preset == "e-commerce":
        return tuple(files_of_page("query-with-sql.md"))
    return (
        Edit(f"{ORDERS}/queries.py", "", own_code.QUERIES),
        Edit(f"{ORDERS}/tests/test_queries.py", "", own_code.QUERIES_TEST),
    )


def sqlalchemy_core(preset: str) -> tuple[Edit | Dependency, ...]:
    shown = [edit for edit in files_of_page("use-sqlalchemy.md") if "session" not in edit.path]
    if preset == "e-commerce":
        return *_required("sqlalchemy[asyncio]>=2.1.9", "aiosqlite>=0.22.1"), *shown
    return (
        *_required("sqlalchemy[asyncio]>=2.1.9", "aiosqlite>=0.22.1"),
        *(edit for edit in shown if edit.path == "src/shop/statements.py"),
        Edit(f"{ORDERS}/counts.py", "", own_code.COUNTS),
        Edit(f"{ORDERS}/tests/test_counts.py", "", own_code.COUNTS_TEST),
    )


def dependency(_: str) -> tuple[Edit | Dependency, ...]:
    return (
        *_required("aiosqlite>=0.22.1", packages=("aiosqlite",)),
        Edit(f"{ORDERS}/archive.py", "", own_code.ARCHIVE),
        Edit(f"{ORDERS}/tests/test_archive.py", "", own_code.ARCHIVE_TEST),
    )


def _required(*requirements: str, packages: tuple[str, ...] = ()) -> Iterator[Edit | Dependency]:
    """As `blueprint add-dependency` writes it, from a lock that is there: all packages of it, or these."""
    locked = [each for each in read_lock(SQLALCHEMY) if not packages or each.name in packages]
    pydantic = '    "pydantic-settings>=2.16,<3",\n'
    lines = "".join(f'    "{each}",\n' for each in requirements)
    yield Edit("pyproject.toml", pydantic, f"{pydantic}{lines}")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        yield Dependency(lock, write_lock(locked))


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


SEARCH = """

class Count(BaseModel):
    orders: int


@router.get("/orders/counted/{status}", responses=problems(404))
async def counted(status: Text, db: Db, least: int = 0) -> Count:
    found = await orders.find_by(db, status=status)
    if len(found) < least:
        raise HTTPException(404, "There are not so many orders.")
    return Count(orders=len(found))
"""
SEARCH_IMPORTS = {
    "e-commerce": ("from pydantic import BaseModel\n", ""),
    "blank": ("from fastapi import APIRouter, HTTPException\n", "from pydantic import BaseModel\n"),
}


def search(preset: str) -> tuple[Edit, ...]:
    path = f"{ORDERS}/api.py"
    if preset == "e-commerce":
        return (Edit(path, "", SEARCH),)
    known, more = SEARCH_IMPORTS[preset]
    text = "from shop.platform.values import Text\n"
    return (
        Edit(path, known, f"{known}{more}"),
        Edit(path, "\nrouter = ", f"{text}\nrouter = "),
        Edit(path, "", SEARCH),
    )


def with_webhook(team: Team) -> None:
    hooks = "  hooks:\n    routes: {POST /webhooks/stripe: {body: 64 KiB}}\n\n"
    team.respecify("  payments:\n", f"{hooks}  payments:\n")
    team.command("sync")


def webhook(_: str) -> tuple[Edit, ...]:
    path = "src/shop/hooks/api.py"
    return (
        Edit(
            path,
            "from fastapi import APIRouter, HTTPException\n",
            "from fastapi import APIRouter\nfrom pydantic import BaseModel\n",
        ),
        Edit(
            path,
            'router = APIRouter(tags=["hooks"])\n',
            'router = APIRouter(tags=["hooks"])\n\n\nclass Charge(BaseModel):\n    id: str\n',
        ),
        Edit(path, "responses=problems(501))", "status_code=202, responses=problems(401))"),
        Edit(path, "async def post_webhooks_stripe() -> None:", "async def charged(body: Charge) -> str:"),
        Edit(
            path,
            '    raise HTTPException(501, "POST /webhooks/stripe has no code yet.")',
            "    return body.id",
        ),
    )


def with_uploads(team: Team) -> None:
    routes = "POST /uploads: {body: 20 MiB}, POST /photos: {body: 20 MiB, form: true}"
    team.respecify("  payments:\n", f"  media:\n    routes: {{{routes}}}\n\n  payments:\n")
    team.command("sync")


def uploads(_: str) -> tuple[Edit, ...]:
    path = "src/shop/media/api.py"
    no_code = '    raise HTTPException(501, "POST /{} has no code yet.")'
    return (
        Edit(
            path,
            "from fastapi import APIRouter, HTTPException\n",
            "from pathlib import Path\nfrom uuid import uuid4\n\n"
            "from fastapi import APIRouter, Request, UploadFile\n",
        ),
        Edit(
            path,
            "from shop.platform.http.problems import problems\n",
            "from shop.platform.http.uploads import save_body, save_file\n",
        ),
        Edit(path, 'router = APIRouter(tags=["media"])\n', f"{UPLOAD_ROUTER}"),
        Edit(path, '@router.post("/uploads", responses=problems(501))', '@router.post("/uploads")'),
        Edit(path, "post_uploads() -> None:", "post_uploads(request: Request) -> int:"),
        Edit(path, no_code.format("uploads"), "    return await save_body(request, FOLDER / uuid4().hex)"),
        Edit(path, '@router.post("/photos", responses=problems(501))', '@router.post("/photos")'),
        Edit(path, "post_photos() -> None:", "post_photos(file: UploadFile) -> int:"),
        Edit(path, no_code.format("photos"), "    return await save_file(file, FOLDER / uuid4().hex)"),
    )


UPLOAD_ROUTER = 'FOLDER = Path("var/uploads")\n\nrouter = APIRouter(tags=["media"])\n'
FEED = """

@router.websocket("/feed")
async def feed(socket: WebSocket, db: Db) -> None:
    await socket.accept()
    async for status in socket.iter_text():
        found = await orders.find_by(db, status=status)
        await socket.send_json([order.id for order in found])
"""


def with_feed(team: Team) -> None:
    cancel = "      cancel: {in: {reason: str}}\n"
    team.respecify(cancel, f"{cancel}    routes: {{WS /feed: {{}}}}\n")
    team.command("sync")


def feed(_: str) -> tuple[Edit, ...]:
    path = f"{ORDERS}/api.py"
    known = "from fastapi import APIRouter, HTTPException\n"
    return Edit(path, known, known.replace("HTTPException", "HTTPException, WebSocket")), Edit(path, "", FEED)


def own_choice_of_files(team: Team) -> None:
    """One is deleted, one moved and one a link: two of them are to stay so, and one is wanted back."""
    for name in ("SECURITY.md", ".pre-commit-config.yaml"):
        (team.root / name).unlink()
    (team.root / ".dockerignore").rename(team.root / "dockerignore.old")
    (team.root / ".dockerignore").symlink_to("dockerignore.old")
    team.command("keep", str(team.root / "SECURITY.md"), str(team.root / ".dockerignore"))
    team.command("restore", str(team.root / ".pre-commit-config.yaml"))


def with_provider(team: Team) -> None:
    team.respecify("stack: fastapi\n", "stack: fastapi\nauth: oidc\n")
    team.command("sync")


def use_of_provider(preset: str) -> tuple[Edit, ...]:
    if preset == "e-commerce":
        name = '_claim(caller, "name")'
        return (Edit("src/shop/users/api.py", name, f'{name} or _claim(caller, "preferred_username")'),)
    path, before = f"{ORDERS}/api.py", "from shop.platform.http.idempotency"
    route = (
        '\n\n@router.get("/of/me", include_in_schema=False)\n'
        "async def mine(user_id: CurrentUser) -> dict[str, str]:\n"
        '    return {"user": user_id}\n'
    )
    caller = "from shop.platform.http.auth import CurrentUser\n"
    return Edit(path, before, f"{caller}{before}"), Edit(path, "", route)


def none(_: str) -> tuple[Edit, ...]:
    return ()


def other_style(team: Team) -> None:
    """Another line length and other quotes, and a run of the formatter."""
    pyproject = team.root / "pyproject.toml"
    text = pyproject.read_text()
    assert "line-length = 120" in text
    text = text.replace("line-length = 120", "line-length = 88", 1)
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
    Row("a limit, a pattern and a check as a custom type", "how-to/write-a-rule", limits, refreshed),
    Row("a manual enum next to generated fields", "how-to/write-a-rule", enum, refreshed),
    Row("an external API in an action, with timeout and key", "how-to/add-a-service", outside_api),
    Row("an index, unique constraints, a view and a trigger", "how-to/change-stored-data", database_rules),
    Row(
        "a Dockerfile, a workflow, a pyproject section",
        "reference/changing-a-project",
        company_files,
    ),
    Row(
        "different ruff settings, and reformatting",
        "reference/changing-a-project",
        none,
        other_style,
        by_program=True,
    ),
    Row("a custom setting", "how-to/add-settings", use_of_settings, before=with_settings),
    Row("a route with query parameters", "how-to/write-a-route", search, answers=True),
    Row(
        "a webhook in a service without a resource",
        "how-to/write-a-route",
        webhook,
        before=with_webhook,
        answers=True,
    ),
    Row("a file upload, and a form", "how-to/upload-files", uploads, before=with_uploads, answers=True),
    Row("a WebSocket", "how-to/use-websockets", feed, before=with_feed),
    Row("a job every ten minutes", "how-to/add-a-job", work_of_job, before=with_job),
    Row(
        "a deleted file, or a link in its place",
        "how-to/choose-what-blueprint-writes",
        none,
        own_choice_of_files,
    ),
    Row("Windows line endings", "reference/changing-a-project", none, other_line_ends, by_program=True),
    Row("custom SQL that returns records", "how-to/query-with-sql", own_sql),
    Row("a dependency", "how-to/add-a-dependency", dependency),
    Row("statements of SQLAlchemy Core", "how-to/use-sqlalchemy", sqlalchemy_core),
    Row(
        "logins by an OpenID provider in place of the shop's own",
        "how-to/use-an-oidc-provider",
        use_of_provider,
        before=with_provider,
    ),
)

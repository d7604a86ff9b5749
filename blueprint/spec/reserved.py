"""Words that a name cannot be, because generated code or a running system needs them for something else."""

from __future__ import annotations

import builtins
import keyword
import sys


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HARD_KEYWORDS = frozenset(keyword.kwlist)
KEYWORDS = HARD_KEYWORDS | frozenset(keyword.softkwlist) | {"type"}  # soft only since 3.12

BUILTINS = frozenset(dir(builtins)) | {"PythonFinalizationError"}  # only since 3.13

# The generated annotations need these: a name that hides one changes the type of what follows.
ANNOTATIONS = _words("bool bytes dict float int list object set str tuple type")

# A spec is valid or not on every Python alike, so modules that only some versions have count on all of them.
STDLIB = sys.stdlib_module_names | _words(
    """
    aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression crypt distutils imghdr imp
    lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib
    """
)

DEPENDENCIES = _words(
    """
    aiohttp aiosqlite alembic anyio argon2 asyncpg attr attrs boto3 botocore caddy certifi click
    cloudevents cockatiel confluent_kafka cryptography dotenv express fastapi google granian grpc h11
    httpx hypothesis idna jinja2 jsonschema jwt multipart mypy nats node npm numpy opentelemetry orjson
    pino pip pkg_resources prometheus_client psycopg psycopg_pool pydantic pydantic_core
    pydantic_settings pyreqwest pytest referencing requests rich ruff setuptools sqlalchemy stamina
    starlette structlog tenacity tomlkit typer typescript typing_extensions undici uv uvicorn uvloop
    websockets wheel yaml zod
    """
)

# Windows cannot check out a folder of such a name, and a repo is shared.
DEVICES = _words("aux con nul prn") | frozenset(
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
)

# Folders of a repo, and the tool itself.
REPO = _words("blueprint backend_blueprint build dist docs node_modules src test tests venv")

# Modules beside the one that starts a process, and what runs beside the services under a name of its own.
PROCESSES = _words(
    """
    balancer dead_letters gateway grafana jaeger kafka nats openapi postgres prometheus registry secrets
    wiring
    """
)

# Parts of every generated system: packages, hosts and paths of the base URL.
SYSTEM = _words(
    """
    app broker caddy common database db dns entrypoints eureka event_data flows haproxy internal kubernetes
    livez localhost login main metrics migrations monolith platform postgresql pubsub readyz redis smoke
    sqlite sqs workflows
    """
)

# Attributes of a pydantic model, which a field of that name would hide.
MODEL_ATTRIBUTES = _words(
    """
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy
    model_dump model_dump_json model_extra model_fields model_fields_set model_json_schema
    model_parametrized_name model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings parse_file parse_obj parse_raw schema schema_json update_forward_refs
    validate
    """
)

# Classes that the modules of a service import next to those of its types, rows and actions, and keywords; a
# class `I` or `O` and a variable `l` are mistaken for digits.
CLASSES = _words(
    "Annotated Any BaseModel Boolean ConfigDict False Field I Integer Literal Money None O Text Time True Tx"
)

# Classes that they import next to those of types and rows only.
ROW_CLASSES = _words("Db EventData IdempotencyKey Page PageCursor Publish Reader Record Table")

# Functions and variables of the modules that a service's table is used in.
TABLE_NEIGHBOURS = _words(
    """
    answer answers body browse changed client command create created cursor error events first ids item
    key l make once receipt remove replace router row second serve show structlog tx uuid4 uuid5
    """
)

# Functions and variables of the modules that all services are imported into.
IMPORT_NEIGHBOURS = _words("actions_of create_app create_web_app document open_database service telemetry")

# Functions and variables of the modules that actions are defined in.
ACTION_NEIGHBOURS = _words("action datetime external log structlog uuid5")

FIELD_KINDS = _words("bool int list money ref str time type unique")

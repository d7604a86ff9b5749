"""Words that code, a folder or a running system has for something else, and how few of them a name cannot be.

What stands here only gets a trailing underscore where it becomes an identifier, or another name as a process.
Paths of projects follow from it, so a word can be added only where no project can have been named so.
"""

from __future__ import annotations

import builtins
import keyword
import sys


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYWORDS = frozenset(keyword.kwlist)
BUILTINS = frozenset(dir(builtins)) | {"PythonFinalizationError"}  # only since 3.13

VARIABLES = KEYWORDS | BUILTINS
CLASSES = _words("False I None O True")

# Windows cannot check out a folder of such a name, and a repo is shared.
DEVICES = _words("aux con nul prn") | frozenset(
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
)

# Folders in which no tool looks for code, and that no image holds.
_IGNORED = _words("build dist node_modules tests venv")

# Packages and modules beside those of services.
_PARTS = _words("entrypoints event_data flows platform")

# `l` is mistaken for a digit, so linters refuse it as a variable.
MODULES = VARIABLES | DEVICES | _IGNORED | _PARTS | {"l"}

# A spec is valid or not on every Python alike, so modules that only some versions have count on all of them.
_STDLIB = sys.stdlib_module_names | _words(
    """
    aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression crypt distutils imghdr imp
    lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib
    """
)

_DEPENDENCIES = _words(
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

# What can be imported beside the package of a project.
PACKAGES = (
    VARIABLES
    | DEVICES
    | _STDLIB
    | _DEPENDENCIES
    | _IGNORED
    | _words("backend_blueprint blueprint conftest docs src test")
)

# Modules beside the one that starts a process.
ENTRYPOINTS = (
    VARIABLES
    | DEVICES
    | _words("balancer dead_letters migrate migrations openapi read_data registry secrets wiring")
)

# What runs beside the services under a name of its own, on this machine, in Compose or in Kubernetes.
_HELPERS = _words("balancer gateway grafana jaeger kafka nats postgres prometheus registry")

PROJECT_PROCESSES = DEVICES | _HELPERS
PROCESSES = PROJECT_PROCESSES | _words("broker kubernetes localhost")

# Paths that every process answers by itself, and what they are for.
PATHS = {
    "docs": "the path of what describes the API",
    "internal": "the path of what processes ask each other",
    "livez": "the path of the process's own liveness",
    "metrics": "the path of the process's own metrics",
    "readyz": "the path of the process's own readiness",
}

# What a model has by itself: a field of such a name is an attribute with a trailing underscore.
_MODEL_ATTRIBUTES = _words(
    """
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy
    model_dump model_dump_json model_extra model_fields model_fields_set model_json_schema
    model_parametrized_name model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings parse_file parse_obj parse_raw schema schema_json update_forward_refs
    validate
    """
)
ATTRIBUTES = KEYWORDS | _MODEL_ATTRIBUTES | {"l"}

FIELD_KINDS = _words("bool int list money ref str time type unique")

# Variables of the machine, of Python, of what starts containers and of what stands beside the services.
_VARIABLES = _words(
    """
    all_proxy gateway_host grafana_port haproxy_socket home host hostname http_proxy https_proxy jaeger_port
    lang language logname no_color no_proxy oldpwd path pgdatabase pghost pgoptions pgpassword pgport
    pgservice pgsslmode pguser port pwd settings_customise_sources shell ssl_cert_dir ssl_cert_file temp term
    tmp tmpdir tz user
    """
)
_OF_PROGRAMS = tuple(
    _words("blueprint_ compose_ docker_ glibc_ kubernetes_ lc_ ld_ malloc_ otel_ postgres_ python uv_")
)


def is_known_variable(variable: str) -> bool:
    """Whether an environment variable of this name would change what other programs do."""
    name = variable.lower()
    return name in _VARIABLES or name.startswith(_OF_PROGRAMS)

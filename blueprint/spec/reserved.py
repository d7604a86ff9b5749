"""Words with another meaning in code, folders or a running system. Few of them are forbidden as names.

Most only get a trailing underscore as identifiers, or another name as processes.
Paths in projects depend on them, so a word can be added only if no project can have used it.
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

# Windows cannot check out folders with such names.
DEVICES = _words("aux con nul prn") | frozenset(
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
)

# Folders that tools and images ignore.
_IGNORED = _words("build dist node_modules tests venv")

# Packages and modules beside those of services.
_PARTS = _words("entrypoints event_data flows platform")

# `l` looks like a digit, so linters reject it as a variable.
MODULES = VARIABLES | DEVICES | _IGNORED | _PARTS | {"l"}

# Includes modules of all Python versions, so that a spec is valid on all of them or on none.
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

# Modules that can be imported next to the package of a project.
PACKAGES = (
    VARIABLES
    | DEVICES
    | _STDLIB
    | _DEPENDENCIES
    | _IGNORED
    | _words("backend_blueprint blueprint conftest docs src test")
)

# Modules next to the one that starts a process.
ENTRYPOINTS = (
    VARIABLES
    | DEVICES
    | _words("balancer dead_letters migrate migrations openapi read_data registry secrets wiring")
)

# Names of other processes and containers, on this machine, in Compose or in Kubernetes.
_HELPERS = _words("balancer gateway grafana jaeger kafka nats postgres prometheus registry")

PROJECT_PROCESSES = DEVICES | _HELPERS
PROCESSES = PROJECT_PROCESSES | _words("broker kubernetes localhost")

# Paths of every process, and their purposes.
PATHS = {
    "docs": "the path of what describes the API",
    "internal": "the path of what processes ask each other",
    "livez": "the path of the process's own liveness",
    "metrics": "the path of the process's own metrics",
    "readyz": "the path of the process's own readiness",
}

# Attributes of pydantic models: fields with these names are attributes with a trailing underscore.
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

# Variables of the operating system, Python, container runtimes and other containers.
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
    """Whether an environment variable with this name would affect other programs."""
    name = variable.lower()
    return name in _VARIABLES or name.startswith(_OF_PROGRAMS)

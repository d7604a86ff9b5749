"""What each feature of the kit costs in lines, and which projects carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import LAYERS, Pack
from tests.docs.pages import table
from tests.generated.recipes import PATTERNS, Recipe, tree_of
from tests.tools.code_lines import code_lines

FEATURES = {
    "logins with tokens": ("http/auth.py",),
    "`Idempotency-Key`": ("http/idempotency.py",),
    "errors as problem documents": ("http/problems.py",),
    "pagination": ("http/pages.py",),
    "security headers and CORS": ("http/headers.py", "http/cors.py"),
    "request timeouts and graceful shutdown": ("http/server.py", "http/draining.py"),
    "app, routes and OpenAPI": ("http/*", "service.py", "settings.py"),
    "settings of services": ("service_settings.py",),
    "types and limits of fields": ("values.py",),
    "migrations": ("storage/migration.py", "storage/schema.py", "storage/sql.py"),
    "import of older migration records": ("storage/earlier_records.py",),
    "leases": ("storage/lease.py", "migrations/*leases*"),
    "tables and transactions": ("storage/*",),
    "tables of the kit": ("migrations/*",),
    "jobs": ("workflows/jobs.py", "workflows/schedules.py"),
    "actions and reactions": ("workflows/actions.py", "workflows/flows.py"),
    "task queue, retries and dead letters": ("workflows/tasks.py", "workflows/background.py"),
    "age of open workflows": ("workflows/open_workflows.py",),
    "workflows": ("workflows/*",),
    "events and their versions": ("messaging/events.py", "messaging/versions.py"),
    "outbox, inbox and broker port": ("messaging/*",),
    "limits of external calls": ("calls/slots.py", "calls/failures.py"),
    "calls between services": ("calls/*", "adapters/http_calls.py"),
    "traces": ("monitoring/tracing.py", "adapters/spans.py", "adapters/otlp.py"),
    "logs, metrics, health checks and operator routes": ("monitoring/*",),
    "adapter": ("adapters/*",),
}
"""Feature -> its files in `platform/`. A file belongs to the first pattern that it matches."""

_STACK = "fastapi"
_CATALOG = load_catalog()
_FOLDER = "src/[package]/platform/"
_SAMPLES = [
    *(Recipe(source, pattern) for source in ("e-commerce", "kebab") for pattern in PATTERNS),
    *(Recipe("e-commerce", "event-driven", broker=pack.id) for pack in _CATALOG.offers("broker", _STACK)),
    *(
        Recipe("e-commerce", "microservices", discovery=pack.id)
        for pack in _CATALOG.offers("discovery", _STACK)
    ),
    Recipe("e-commerce", "monolith", database="postgresql", tracing="opentelemetry"),
]
"""Together they have every file of the kit."""


def feature_of(path: str) -> str:
    """The feature of a file, by its path in `platform/`. Raises LookupError for a file in a new folder."""
    for feature, patterns in FEATURES.items():
        if any(fnmatch(path, pattern) for pattern in patterns):
            return feature
    raise LookupError(f"{path} belongs to no feature: add it to FEATURES")


def features_text() -> str:
    """A table of features, their lines of code, and who carries them."""
    lines = _lines_by_path()
    rows: Counter[tuple[str, str]] = Counter()
    for pack, path in _kit_files():
        if count := lines.get(path, 0):
            feature = feature_of(path)
            rows[(f"{feature}: {pack.title}" if feature == "adapter" else feature, _carriers(pack))] += count
    order = [*FEATURES]
    found = sorted(rows.items(), key=lambda row: (order.index(row[0][0].partition(": ")[0]), row[0]))
    return table(["feature", "lines", "who carries it"], [[name, f"{n}", who] for (name, who), n in found])


def _lines_by_path() -> Mapping[str, int]:
    """Path in `platform/` to its lines of code, in the sample where it has most."""
    lines: dict[str, int] = {}
    for recipe in _SAMPLES:
        for path, blob in tree_of(recipe).items():
            _, found, rest = path.partition("/platform/")
            if found and path.startswith("src/"):
                lines[rest] = max(lines.get(rest, 0), code_lines(path, blob.content.decode()))
    return lines


def _kit_files() -> Iterator[tuple[Pack, str]]:
    for kind in LAYERS:
        for pack in _CATALOG.offers(kind, _STACK):
            for file in pack.section("files"):
                if file.path.startswith(_FOLDER):
                    yield pack, file.path.removeprefix(_FOLDER).removesuffix(".j2")


def _carriers(pack: Pack) -> str:
    if pack.when is not None:
        return f"projects with `{pack.when}`"
    if pack.kind == "part":
        users = [each for kind in LAYERS for each in _CATALOG.offers(kind, _STACK) if pack.id in each.uses]
        patterns = [each for each in users if each.kind == "pattern"] or _taking(users[0].kind)
        return ", ".join(each.id for each in patterns)
    if pack.kind in ("stack", "base") or (pack.default and pack.kind == "database"):
        return "every project"
    if pack.kind == "pattern":
        return pack.id
    if pack.default:
        return ", ".join(each.id for each in _taking(pack.kind))
    return f"`{pack.kind}: {pack.id}`"


def _taking(kind: str) -> list[Pack]:
    """The patterns that always have a pack of this kind."""
    patterns = _CATALOG.offers("pattern", _STACK)
    return [each for each in patterns if kind in each.ports and kind not in each.options]

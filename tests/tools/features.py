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

BEFORE = {
    "logins with tokens": (46, 46, 46),
    "`Idempotency-Key`": (28, 28, 28),
    "errors as problem documents": (39, 39, 39),
    "pagination": (25, 25, 25),
    "security headers and CORS": (19, 19, 19),
    "request timeouts and graceful shutdown": (47, 47, 47),
    "app, routes and OpenAPI": (159, 160, 160),
    "types and limits of fields": (12, 12, 12),
    "leases": (0, 27, 0),
    "tables and transactions": (108, 108, 108),
    "tables of the kit": (38, 47, 38),
    "actions and reactions": (112, 112, 112),
    "task queue, retries and dead letters": (191, 191, 191),
    "workflows": (102, 112, 102),
    "events and their versions": (59, 59, 59),
    "outbox, inbox and broker port": (0, 190, 0),
    "calls between services": (0, 0, 120),
    "logs, metrics, health checks and operator routes": (135, 135, 135),
}
"""Feature -> lines of the kit in the shop, in the order of PATTERNS, on 2026-11-23 (commit dc65484)."""

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


def growth_text() -> str:
    """A table of the features in the kit of the shop: lines on 2026-11-23, and lines now, in each pattern."""
    now = [_lines_in(pattern) for pattern in PATTERNS]
    features = [each for each in FEATURES if each in BEFORE or any(lines[each] for lines in now)]
    before = {each: BEFORE.get(each, (0,) * len(PATTERNS)) for each in features}
    rows = [
        [each, *(_change(before[each][column], lines[each]) for column, lines in enumerate(now))]
        for each in features
    ]
    sums = [
        (sum(each[column] for each in before.values()), lines.total()) for column, lines in enumerate(now)
    ]
    return table(["feature", *PATTERNS], [*rows, ["all", *(_change(*each) for each in sums)]])


def _change(before: int, now: int) -> str:
    return (
        f"{now:,}"
        if before == now
        else f"{before:,} → {now:,}"
        if before
        else f"new: {now:,}"
        if now
        else "0"
    )


def _lines_in(pattern: str) -> Counter[str]:
    """Feature -> lines in the kit of the shop, without adapters."""
    counted: Counter[str] = Counter()
    for path, blob in tree_of(Recipe("e-commerce", pattern)).items():
        _, found, rest = path.partition("/platform/")
        is_kit = found and path.startswith("src/") and not rest.startswith("adapters/")
        if is_kit and (count := code_lines(path, blob.content.decode())):
            counted[feature_of(rest)] += count
    return counted


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

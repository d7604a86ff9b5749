"""What a team may have changed by hand in a shop before it goes on to extend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprint.requirements import read_lock, write_lock
from tests.docs.pages import DOCS, blocks_of

SQLALCHEMY = (Path(__file__).parents[1] / "databases/sqlalchemy.lock").read_text()
PAGES = ("query-with-sql.md", "use-sqlalchemy.md")
"""How a team runs SQL and statements of its own in a shop."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file that was replaced; without an old one the new one was added at the end."""

    path: str
    old: str
    new: str

    def make(self, root: Path) -> None:
        file = root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text() if file.exists() else ""
        assert self.old in text, self
        file.write_text(text.replace(self.old, self.new, 1) if self.old else f"{text}{self.new}")

    def is_kept(self, root: Path) -> bool:
        file = root / self.path
        return file.exists() and self.new in file.read_text()


@dataclass(frozen=True, slots=True)
class Dependency:
    """Packages that were added to a lock, as `blueprint add-dependency` does it."""

    path: str
    packages: str

    def make(self, root: Path) -> None:
        lock = root / self.path
        lock.write_text(write_lock([*read_lock(lock.read_text()), *read_lock(self.packages)]))

    def is_kept(self, root: Path) -> bool:
        return set(read_lock(self.packages)) <= set(read_lock((root / self.path).read_text()))


def files_of_pages() -> Iterator[Edit]:
    """The code that the pages show, as new files."""
    for page in PAGES:
        yield from files_of_page(page)


def files_of_page(page: str) -> Iterator[Edit]:
    """The code that a how-to page shows, as new files."""
    for path, text in blocks_of((DOCS / "how-to" / page).read_text("utf-8"), "python"):
        yield Edit(path, "", text)


EDITS = (
    Edit("README.md", "# Shop\n", "# The lamp shop\n"),
    Edit("README.md", "", "\n## Who to ask\n\nThe lamp team.\n"),
    Edit("pyproject.toml", 'version = "0.1.0"', 'version = "0.7.3"'),
    Edit("pyproject.toml", "", "\n[tool.lamps]\nbright = true\n"),
    Edit(
        "pyproject.toml",
        '    "pyjwt[crypto]>=2.15,<3",\n',
        '    "pyjwt[crypto]>=2.15,<3",\n    "aiosqlite>=0.22.1",\n    "sqlalchemy[asyncio]>=2.1.9",\n',
    ),
    Dependency("requirements.lock", SQLALCHEMY),
    Dependency("requirements-dev.lock", SQLALCHEMY),
    *files_of_pages(),
    Edit("deploy/Caddyfile", "max_size 8MiB", "max_size 7MiB"),
    Edit("deploy/Caddyfile", "dial_timeout 1s", "dial_timeout 2s"),
    Edit("compose.yaml", "image: haproxy:3.4.4-alpine", "image: haproxy:3.2.13-alpine"),
    Edit("compose.yaml", "volumes:\n  prometheus: {}\n", "volumes:\n  lamps: {}\n  prometheus: {}\n"),
    Edit("Dockerfile", "EXPOSE 8000\n", "LABEL team=lamps\nEXPOSE 8000\n"),
    Edit("deploy/k8s/overlays/production/kustomization.yaml", "registry.example.com", "registry.lamps.test"),
    Edit("deploy/k8s/base/kustomization.yaml", "  - data.yaml\n", "  - data.yaml\n  - lamps.yaml\n"),
    Edit(".github/workflows/ci.yaml", "timeout-minutes: 20", "timeout-minutes: 30"),
    Edit("deploy/prometheus/prometheus.yaml", 'scrape_interval: "5s"', 'scrape_interval: "15s"'),
    Edit(".gitignore", "", "notes/\n"),
    Edit(".env.example", "", "\n# Where our lamps are.\nLAMPS=here\n"),
    Edit(".importlinter", "[importlinter]\n", "; Ask the lamp team first.\n[importlinter]\n"),
    Edit("blueprint.yaml", "services:\n", "# All that we sell.\nservices:\n"),
    Edit("conftest.py", '"""Fixtures and helpers of the tests:', '"""Fixtures and helpers of our tests:'),
    Edit("smoke.py", "in stock     ", "in our stock "),
    Edit("src/shop/flows.py", "Workflows, published events", "What we do, published events"),
    Edit("src/shop/platform/storage/ids.py", "import ", "# Ours are sorted by lamp.\nimport "),
    Edit("src/shop/products/actions.py", "Take all items out of stock", "Take all lamps out of stock"),
    Edit("src/shop/products/api.py", "LIMIT = 10**9", "LIMIT = 10**8"),
    Edit("src/shop/products/resource.py", "The table of products", "Our table of lamps"),
    Edit("src/shop/orders/api.py", '"No such order."', '"There is no such order."'),
    Edit("src/shop/orders/discounts.py", "", '"""What regulars save."""\n\nPERCENT = 5\n'),
    Edit(
        "src/shop/orders/migrations/0003_by_age.sql",
        "",
        'CREATE INDEX "by_age" ON "orders" ("created_at");\n',
    ),
    Edit("src/shop/payments/provider.py", "LARGEST_AMOUNT = 1_000_000", "LARGEST_AMOUNT = 900_000"),
    Edit(
        "src/shop/users/tests/test_users.py",
        "",
        "\n\ndef test_a_lamp_is_no_user() -> None:\n    assert ADA['name'] == 'Ada'\n".replace("'", '"'),
    ),
    Edit(
        "tests/workflows/test_checkout.py",
        "await customer.stock_up(10, price=500)",
        "await customer.stock_up(11, price=500)",
    ),
    Edit(
        "tests/workflows/test_checkout.py",
        "await customer.stock(lamp) == 8",
        "await customer.stock(lamp) == 9",
    ),
)

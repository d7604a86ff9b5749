"""Migrations: their files, and the comparison with what a database has applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from shop.platform.storage.sql import code, digest

DIALECTS = ("sqlite", "postgresql")
KIT = "platform"


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration script of a service. `stem` is the file name without its suffix."""

    service: str
    stem: str
    sql: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", digest(self.sql))

    def __str__(self) -> str:
        return f"{self.service}/migrations/{self.stem}.sql"

    @property
    def commutes(self) -> bool:
        """Whether it can run in any order. True for generated migrations, whose names end in their digest."""
        return self.service == KIT or self.stem.endswith(f"_{self.digest[:8]}")

    @property
    def is_independent(self) -> bool:
        """Whether it can run in any database. Parts of the kit may come and go: they share no tables."""
        return self.service == KIT or (self.commutes and not self.makes_table)

    @property
    def makes_table(self) -> bool:
        words = " ".join(token.text.lower() for token in code(self.sql))
        return "create table" in words


def migrations_of(package: str, dialect: str) -> list[Migration]:
    """Return the migrations of a package for this database, sorted by name.

    `0003_faster.sql` is for every database, `0003_faster.postgresql.sql` only for PostgreSQL.
    """
    service = package.rpartition(".")[2]
    return [Migration(service, stem, sql) for stem, sql in sorted(_scripts(package, dialect))]


def _scripts(package: str, dialect: str) -> Iterator[tuple[str, str]]:
    folder = files(package) / "migrations"
    for file in folder.iterdir() if folder.is_dir() else ():
        stem, _, ending = file.name.rpartition(".")
        target = stem.rpartition(".")[2]
        if ending == "sql" and (target == dialect or target not in DIALECTS):
            yield stem, file.read_text(encoding="utf-8")


class Differs(Exception):
    """The database does not match these migrations. The message says how to fix it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Migrations of a service that a database has not applied (`pending`), and applied ones without a file (`ahead`).

    `late` are pending ones that sort before applied ones. `renamed` are applied ones whose file has a new name.
    """

    pending: Sequence[Migration]
    ahead: Sequence[Migration]
    late: Sequence[Migration]
    renamed: Sequence[tuple[Migration, Migration]]


def compare(files: Sequence[Migration], applied: Sequence[Migration]) -> Comparison:
    """Compare the files with the applied migrations. Raises Differs if the pending ones cannot run."""
    _refuse_edited(files, applied)
    pending = [each for each in files if each.stem not in {one.stem for one in applied}]
    ahead = [each for each in applied if each.stem not in {one.stem for one in files}]
    renamed = _renamed(ahead, pending)
    pending = [each for each in pending if each not in [new for _, new in renamed]]
    ahead = [each for each in ahead if each not in [old for old, _ in renamed]]
    if ahead and pending and not all(each.is_independent for each in (*ahead, *pending)):
        raise Differs(_diverged(ahead, pending))
    last = max((each.stem for each in files if each not in pending), default="")
    late = [each for each in pending if each.stem < last]
    if own := [each for each in late if not each.commutes]:
        raise Differs(f"{own[0]} sorts before {last}, which has already been applied: rename it with a higher number")
    return Comparison(pending, ahead, late, renamed)


def _refuse_edited(files: Sequence[Migration], applied: Sequence[Migration]) -> None:
    digests = {each.stem: each.digest for each in applied}
    for each in files:
        if digests.get(each.stem, each.digest) != each.digest:
            raise Differs(
                f"{each} was edited after it was applied: restore it with `blueprint migrations fetch`, "
                "and write the change as a new migration"
            )


def _renamed(ahead: Sequence[Migration], pending: Sequence[Migration]) -> list[tuple[Migration, Migration]]:
    """Pair applied migrations without a file with pending ones that have the same digest."""
    free = list(pending)
    pairs = []
    for old in ahead:
        if new := next((each for each in free if each.digest == old.digest), None):
            free.remove(new)
            pairs.append((old, new))
    return pairs


def _diverged(ahead: Sequence[Migration], pending: Sequence[Migration]) -> str:
    applied, missing = (", ".join(map(str, each)) for each in (ahead, pending))
    return (
        f"the database has applied {applied}, which is not in the project, but not {missing}: restore the files with "
        "`blueprint migrations fetch`, delete the conflicting file, and run `blueprint sync`; "
        "or delete the database if you do not need its data"
    )

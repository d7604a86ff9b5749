"""Migrations as files, and as records of what ran."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from depot.platform.storage.sql import code, digest

DIALECTS = ("sqlite", "postgresql")
KIT = "platform"


@dataclass(frozen=True, slots=True)
class Migration:
    """A script of a service. `stem` is the name of its file, without the ending."""

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
        """It was written by blueprint, so its name ends in its digest: those change one thing each, in any order."""
        return self.service == KIT or self.stem.endswith(f"_{self.digest[:8]}")

    @property
    def makes_table(self) -> bool:
        words = " ".join(token.text.lower() for token in code(self.sql))
        return "create table" in words


def migrations_of(package: str, dialect: str) -> list[Migration]:
    """The migrations in this package for this database, in the order of their names.

    `0003_faster.sql` is for every database, `0003_faster.postgresql.sql` for one.
    """
    service = package.rpartition(".")[2]
    return [Migration(service, stem, sql) for stem, sql in sorted(_scripts(package, dialect))]


def _scripts(package: str, dialect: str) -> Iterator[tuple[str, str]]:
    folder = files(package) / "migrations"
    for file in folder.iterdir() if folder.is_dir() else ():
        stem, _, ending = file.name.rpartition(".")
        meant = stem.rpartition(".")[2]
        if ending == "sql" and (meant == dialect or meant not in DIALECTS):
            yield stem, file.read_text(encoding="utf-8")


class Differs(Exception):
    """The database has not come from these migrations. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a database lacks of the migrations of a service (`pending`), and what it has beyond them (`ahead`).

    `renamed` are records whose file has another name now.
    """

    pending: Sequence[Migration]
    ahead: Sequence[Migration]
    late: Sequence[Migration]
    renamed: Sequence[tuple[Migration, Migration]]


def compare(there: Sequence[Migration], ran: Sequence[Migration]) -> Comparison:
    """Raises Differs where what is there cannot simply be run on top of what ran."""
    _refuse_edited(there, ran)
    pending = [each for each in there if each.stem not in {one.stem for one in ran}]
    ahead = [each for each in ran if each.stem not in {one.stem for one in there}]
    renamed = _renamed(ahead, pending)
    pending = [each for each in pending if each not in [new for _, new in renamed]]
    ahead = [each for each in ahead if each not in [old for old, _ in renamed]]
    if ahead and pending and not all(each.commutes and not each.makes_table for each in (*ahead, *pending)):
        raise Differs(_diverged(ahead, pending))
    last = max((each.stem for each in there if each not in pending), default="")
    late = [each for each in pending if each.stem < last]
    if own := [each for each in late if not each.commutes]:
        raise Differs(f"{own[0]} comes before {last}, which ran already: give it a higher number, and start again")
    return Comparison(pending, ahead, late, renamed)


def _refuse_edited(there: Sequence[Migration], ran: Sequence[Migration]) -> None:
    digests = {each.stem: each.digest for each in ran}
    for each in there:
        if digests.get(each.stem, each.digest) != each.digest:
            raise Differs(
                f"{each} was edited after it ran here: get the text that ran back with `blueprint migrations fetch`, "
                "and write the change as one more migration"
            )


def _renamed(ahead: Sequence[Migration], pending: Sequence[Migration]) -> list[tuple[Migration, Migration]]:
    """Each record without a file, with a file without a record that says the same."""
    free = list(pending)
    found = []
    for old in ahead:
        if new := next((each for each in free if each.digest == old.digest), None):
            free.remove(new)
            found.append((old, new))
    return found


def _diverged(ahead: Sequence[Migration], pending: Sequence[Migration]) -> str:
    ran, lacks = (", ".join(map(str, each)) for each in (ahead, pending))
    return (
        f"this database ran {ran}, which is not in the project, and has not run {lacks}: bring back what ran with "
        "`blueprint migrations fetch`, delete the file that clashes, and `blueprint sync`; "
        "or delete the database if it holds nothing of value"
    )

"""Projects that are not as they should be, and commands that must not make it worse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from blueprint import __version__
from blueprint.cli.main import run
from blueprint.workspace.lock import LOCK
from tests.reliability.refusals import refusal
from tests.support.programs import require
from tests.unit.cli.projects import MORE, RESOURCE, SPEC, files_of, project_at

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]

COMMANDS = (("sync",), ("sync", "-n"), ("check",), ("undo",))
every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
every_sync = pytest.mark.parametrize("command", COMMANDS[:3], ids=" ".join)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project_at(tmp_path / "shop")


def refused(shop: Path, capsys: Capture, *command: str) -> tuple[int, list[str]]:
    """Exit code and codes of the problems; everything is as before."""
    found = refusal([*command, str(shop)], shop.parent, capsys)
    return found.exit_code, found.codes


@every_command
def test_a_folder_that_is_no_project_is_refused(
    tmp_path: Path, capsys: Capture, command: tuple[str, ...]
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/blueprint.yaml").write_text(SPEC)

    assert refused(tmp_path / "none", capsys, *command) == (2, ["no-project"])
    assert refused(tmp_path / "other", capsys, *command) == (2, ["no-project"])


@every_command
@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("lock-damaged", lambda text: text[: len(text) // 2]),
        ("lock-too-new", lambda text: text.replace('"format": 1', '"format": 2')),
        ("made-by-later", lambda text: text.replace(f'"{__version__}"', '"99.0.0"')),
    ],
)
def test_a_lock_that_cannot_be_used_is_refused(
    shop: Path, capsys: Capture, command: tuple[str, ...], code: str, change: Callable[[str], str]
) -> None:  # G49, U23
    (shop / LOCK).write_text(change((shop / LOCK).read_text()))

    assert refused(shop, capsys, *command) == (4, [code])


@every_command
def test_a_project_without_a_spec_is_refused(shop: Path, capsys: Capture, command: tuple[str, ...]) -> None:
    (shop / "blueprint.yaml").unlink()

    assert refused(shop, capsys, *command) == (4, ["no-spec"])


@every_sync
@pytest.mark.parametrize(
    "spec",
    [
        b"",
        b"- list",
        b"\0",
        "name: shop".encode("utf-16"),
        b"\xff",
        b"version: 1\nname: [",
        b"a: &x 1\nb: *x\n",
    ],
    ids=["empty", "list", "binary", "UTF-16", "latin-1", "broken", "alias"],
)
def test_a_spec_that_is_none_is_refused(
    shop: Path, capsys: Capture, command: tuple[str, ...], spec: bytes
) -> None:  # G41 to G45
    (shop / "blueprint.yaml").write_bytes(spec)

    found = refusal([*command, str(shop)], shop.parent, capsys)
    assert found.exit_code == 3
    assert all(place.startswith(str(shop / "blueprint.yaml")) for place in found.places)


@every_sync
def test_all_that_is_wrong_in_a_spec_is_told_with_its_place(
    shop: Path, capsys: Capture, command: tuple[str, ...]
) -> None:  # G46
    spec = SPEC.replace("pattern: monolith", "pattern: monolit").replace("{text: str}", "{text: strr}")
    (shop / "blueprint.yaml").write_text(spec)

    found = refusal([*command, str(shop)], shop.parent, capsys)
    lines = [place.rpartition("blueprint.yaml:")[2].split(":")[0] for place in found.places]
    assert (found.exit_code, lines) in ((3, ["9"]), (3, ["4", "9"]))


@every_sync
def test_a_spec_in_conflict_is_the_users_to_settle(
    shop: Path, capsys: Capture, command: tuple[str, ...]
) -> None:
    (shop / "blueprint.yaml").write_text(
        f"{SPEC}<<<<<<< HEAD\n  a: {{}}\n=======\n  b: {{}}\n>>>>>>> other\n"
    )

    found = refusal([*command, str(shop)], shop.parent, capsys)
    assert (found.exit_code, found.codes) == (4, ["unresolved"])
    assert found.places == [f"{shop / 'blueprint.yaml'}:{len(SPEC.splitlines()) + 1}"]


def test_files_in_conflict_are_all_told(shop: Path, capsys: Capture) -> None:  # U15
    for file in ("README.md", RESOURCE):
        (shop / file).write_text("<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> other\n")

    found = refusal(["sync", str(shop)], shop.parent, capsys)
    assert (found.exit_code, found.codes) == (4, ["unresolved", "unresolved"])
    assert found.places == [f"{shop / 'README.md'}:1", f"{shop / RESOURCE}:1"]


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    subprocess.run([require("git"), *settings, *words], cwd=folder, capture_output=True, check=False)


@pytest.mark.parametrize("command", ["rebase", "cherry-pick"])
def test_in_the_middle_of_a_rebase_nothing_is_mixed_in(
    shop: Path, capsys: Capture, command: str
) -> None:  # U14
    git(shop, "init", "-q", "-b", "main")
    for branch, text in (("main", "a"), ("other", "b")):
        git(shop, "checkout", "-qb", branch)
        (shop / "mine.txt").write_text(text)
        git(shop, "add", "-A")
        git(shop, "commit", "-qm", branch)
    git(shop, "checkout", "-q", "main")
    (shop / "mine.txt").write_text("c")
    git(shop, "commit", "-qam", "again")
    git(shop, command, "other")
    (shop / "blueprint.yaml").write_text(MORE)

    assert refused(shop, capsys, "sync") == (4, ["unfinished-git"])
    git(shop, command, "--abort")
    assert run(["sync", str(shop)]) == 0


def test_two_runs_at_once_are_told_of_each_other(shop: Path, capsys: Capture) -> None:  # G12
    locked = "fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)"
    script = f"import fcntl, os, sys; {locked}; print(); input()"
    other = subprocess.Popen(
        [sys.executable, "-uc", script, str(shop / ".blueprint")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout
    other.stdout.readline()
    assert refused(shop, capsys, "sync") == (5, ["busy"])
    other.communicate(b"\n")
    assert run(["sync", str(shop)]) == 0


WRITES_AS_NOBODY = """
import os, sys
from blueprint.cli import synchronising
from blueprint.cli.main import run

def commit(*arguments, commit=synchronising.commit):
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    commit(*arguments)

synchronising.commit = commit
sys.exit(run(["--json", "sync", sys.argv[1]]))
"""


@pytest.fixture
def open_shop() -> Iterator[Path]:
    """A project that everybody can write; pytest keeps its own folders private."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shop = project_at(Path(folder) / "shop")
        for entry in (shop, *shop.rglob("*")):
            entry.chmod(0o777 if entry.is_dir() else 0o666)
        yield shop


@pytest.mark.parametrize("path", ["README.md", "src/shop", ".blueprint"])
def test_what_may_not_be_written_is_told_before_anything_is(open_shop: Path, path: str) -> None:  # G08
    (open_shop / "blueprint.yaml").write_text(MORE)
    (open_shop / path).chmod(0o555)
    before = files_of(open_shop)

    command = [sys.executable, "-c", WRITES_AS_NOBODY, str(open_shop)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["errors"][0]["code"]) == (5, "no-permission")
    assert answer["errors"][0]["path"].startswith(str(open_shop / path))
    assert files_of(open_shop) == before


def test_a_current_folder_that_is_gone_is_told(tmp_path: Path) -> None:  # G19
    gone = tmp_path / "gone"
    gone.mkdir()
    script = (
        "import os, sys; os.rmdir(os.getcwd()); from blueprint.cli.main import run; sys.exit(run(['sync']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=gone, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, "Traceback" in done.stderr) == (5, False)


def test_whoever_stops_reading_is_not_told_of_it(shop: Path) -> None:  # G11
    (shop / "blueprint.yaml").write_text(MORE)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "blueprint", "sync", "-n", str(shop)]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


def test_a_sync_is_done_even_if_nobody_reads_what_it_says(shop: Path) -> None:  # G11
    (shop / "blueprint.yaml").write_text(MORE)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "blueprint", "sync", str(shop)]
    subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)

    assert run(["check", str(shop)]) == 0


SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "UMASK": "077"},
)


def test_the_same_spec_gives_the_same_bytes_in_any_surroundings(tmp_path: Path) -> None:  # G51
    found = []
    for number, surroundings in enumerate(SURROUNDINGS):
        shop = project_at(tmp_path / f"{number}" / "a" / ("deep" * number or "flat"))
        (shop / "blueprint.yaml").write_text(MORE)
        mask = int(surroundings.get("UMASK", "022"), 8)
        command = [sys.executable, "-m", "blueprint", "sync", str(shop)]
        environment = {**os.environ, **surroundings}
        subprocess.run(command, cwd=ROOT, env=environment, umask=mask, capture_output=True, check=True)
        found.append(files_of(shop))

    assert found[0] == found[1]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000])
def test_new_files_have_the_modes_that_the_user_wishes(shop: Path, mask: int) -> None:  # G24
    (shop / "blueprint.yaml").write_text(MORE)
    command = [sys.executable, "-m", "blueprint", "sync", str(shop)]
    subprocess.run(command, cwd=ROOT, umask=mask, capture_output=True, check=True)

    assert (shop / "src/shop/letters/api.py").stat().st_mode & 0o777 == 0o666 & ~mask

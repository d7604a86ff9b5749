from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import blueprint
from blueprint.kept import Kept

KEEP = """
import sys
from pathlib import Path
from blueprint.kept import Kept
kept = Kept(Path(sys.argv[1]), "words", "")
print(kept.get("a"))
kept.put("a", sys.argv[2].encode())
kept.save()
"""


def test_what_is_saved_is_there_in_the_next_run(tmp_path: Path) -> None:
    first = Kept(tmp_path, "words", "")
    first.put("a", b"1")
    first.put("b", b"")
    first.save()

    second = Kept(tmp_path, "words", "")
    assert (second.get("a"), second.get("b"), second.get("c")) == (b"1", b"", None)


def test_other_settings_have_other_entries(tmp_path: Path) -> None:
    one = Kept(tmp_path, "words", "one")
    one.put("a", b"1")
    one.save()

    assert Kept(tmp_path, "words", "two").get("a") is None


def test_other_code_of_the_tool_has_other_entries(tmp_path: Path) -> None:
    code = shutil.copytree(Path(blueprint.__file__).parent, tmp_path / "lib" / "blueprint")

    def kept(value: str) -> str:
        command = [sys.executable, "-c", KEEP, str(tmp_path / "cache"), value]
        return subprocess.run(
            command, check=True, cwd=code.parent, capture_output=True, text=True
        ).stdout.strip()

    before = [kept("of a"), kept("of a")]
    module = code / "spec" / "names.py"
    module.write_text(module.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")

    assert (before, kept("of b"), kept("of c")) == (["None", "b'of a'"], "None", "b'of b'")


def test_a_new_value_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for value in (b"old", b"new"):
        kept = Kept(tmp_path, "words", "")
        kept.get("a")
        kept.put("a", value)
        kept.save()

    assert Kept(tmp_path, "words", "").get("a") == b"new"


def test_what_was_not_used_for_long_makes_room(tmp_path: Path) -> None:
    for number in range(12):
        kept = Kept(tmp_path, "words", "")
        kept.get("0")
        kept.put(str(number), bytes(2**20 // 2))
        kept.save()

    last = Kept(tmp_path, "words", "")
    there = [number for number in range(12) if last.get(str(number)) is not None]
    assert there == [0, *range(5, 12)]


def test_two_runs_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    one, other = (Kept(tmp_path, "words", "") for _ in range(2))
    one.put("a", b"1")
    other.put("b", b"2")
    one.save()
    other.save()

    assert Kept(tmp_path, "words", "").get("b") == b"2"

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import blueprint
from blueprint.cache import Cache

KEEP = """
import sys
from pathlib import Path
from blueprint.cache import Cache
cache = Cache(Path(sys.argv[1]), "words", "")
print(cache.get("a"))
cache.put("a", sys.argv[2].encode())
cache.save()
"""


def test_what_is_saved_is_there_in_the_next_run(tmp_path: Path) -> None:
    first = Cache(tmp_path, "words", "")
    first.put("a", b"1")
    first.put("b", b"")
    first.save()

    second = Cache(tmp_path, "words", "")
    assert (second.get("a"), second.get("b"), second.get("c")) == (b"1", b"", None)


def test_other_settings_have_other_entries(tmp_path: Path) -> None:
    one = Cache(tmp_path, "words", "one")
    one.put("a", b"1")
    one.save()

    assert Cache(tmp_path, "words", "two").get("a") is None


def test_other_code_of_the_tool_has_other_entries(tmp_path: Path) -> None:
    code = shutil.copytree(Path(blueprint.__file__).parent, tmp_path / "lib" / "blueprint")

    def cache(value: str) -> str:
        command = [sys.executable, "-c", KEEP, str(tmp_path / "cache"), value]
        return subprocess.run(
            command, check=True, cwd=code.parent, capture_output=True, text=True
        ).stdout.strip()

    before = [cache("of a"), cache("of a")]
    module = code / "spec" / "names.py"
    module.write_text(module.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")

    assert (before, cache("of b"), cache("of c")) == (["None", "b'of a'"], "None", "b'of b'")


def test_a_new_value_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for value in (b"old", b"new"):
        cache = Cache(tmp_path, "words", "")
        cache.get("a")
        cache.put("a", value)
        cache.save()

    assert Cache(tmp_path, "words", "").get("a") == b"new"


def test_what_was_not_used_for_long_makes_room(tmp_path: Path) -> None:
    for number in range(12):
        cache = Cache(tmp_path, "words", "")
        cache.get("0")
        cache.put(str(number), bytes(2**20 // 2))
        cache.save()

    last = Cache(tmp_path, "words", "")
    there = [number for number in range(12) if last.get(str(number)) is not None]
    assert there == [0, *range(5, 12)]


def test_two_runs_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    one, other = (Cache(tmp_path, "words", "") for _ in range(2))
    one.put("a", b"1")
    other.put("b", b"2")
    one.save()
    other.save()

    assert Cache(tmp_path, "words", "").get("b") == b"2"

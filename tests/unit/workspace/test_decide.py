"""A row of the decision table each: what was written (base), what is there (disk), what is wanted (new)."""

from __future__ import annotations

import json

import pytest

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.decide import Case, decide
from blueprint.workspace.disk_files import DiskFile, Obstacle, OnDisk
from blueprint.workspace.lock import LockEntry, Owner

PATH = RelPath("notes.txt")
BASE = b"one\ntwo\nthree\nfour\nfive\n"
NEW = BASE.replace(b"one", b"ONE")
FAR = BASE.replace(b"five", b"FIVE")
NEAR = BASE.replace(b"one", b"uno")
BINARY = b"\0\1\2"


def on_disk(content: bytes, mode: int = 0o644) -> DiskFile:
    return DiskFile(content, mode)


def case(
    base: bytes | None,
    disk: bytes | OnDisk,
    new: bytes | None,
    *,
    path: str = PATH,
    seeded: bool = False,
    has_copy: bool = True,
) -> Case:
    """A case as `compare` makes it: without a copy of the base where nobody needs one."""
    wanted = None if new is None else FileBlob(new, seeded=seeded)
    owner = Owner.SEED if seeded else Owner.TOOL
    entries = () if base is None else (LockEntry(FileBlob(base).sha256, owner, executable=False),)
    return Case(
        path=RelPath(path),
        disk=on_disk(disk) if isinstance(disk, bytes) else disk,
        new=wanted,
        entries=entries,
        bases=(base,) if base is not None and base != disk and has_copy else (),
        has_news=base is None or base != new,
    )


def decided(case: Case) -> Change:
    change = decide(case)
    assert change is not None
    return change


def written(case: Case) -> bytes:
    after = decided(case).after
    assert after is not None
    return after.content


def test_a_new_file_is_created() -> None:
    assert decided(case(None, None, NEW)).action is Action.CREATE


def test_a_file_that_is_there_with_the_same_bytes_is_taken_over() -> None:
    assert decide(case(None, NEW, NEW)) is None


def test_a_file_of_the_users_own_is_kept_and_the_new_one_put_beside() -> None:
    change = decided(case(None, b"mine", NEW))

    assert (change.action, change.why) == (Action.BESIDE, "it existed before")


def test_what_is_as_it_should_be_stays() -> None:
    assert decide(case(BASE, BASE, BASE)) is None


def test_an_untouched_file_is_updated() -> None:
    assert decided(case(BASE, BASE, NEW)).action is Action.UPDATE
    assert written(case(BASE, BASE, NEW)) == NEW


def test_an_edited_file_without_news_is_kept() -> None:
    assert decide(case(BASE, FAR, BASE)) is None


def test_an_edit_that_is_just_the_news_is_taken_over() -> None:
    assert decide(case(BASE, NEW, NEW)) is None


def test_an_edit_in_another_place_is_merged() -> None:
    assert decided(case(BASE, FAR, NEW)).action is Action.MERGE
    assert written(case(BASE, FAR, NEW)) == b"ONE\ntwo\nthree\nfour\nFIVE\n"


def test_an_edit_that_holds_the_news_and_more_stays_as_it_is() -> None:
    both = NEW.replace(b"five", b"FIVE")

    assert decide(case(BASE, both, NEW)) is None


def test_an_edit_of_the_same_line_gets_markers() -> None:
    change = decided(case(BASE, NEAR, NEW))

    assert (change.action, change.line) == (Action.CONFLICT, 1)
    assert written(case(BASE, NEAR, NEW)) == (
        b"<<<<<<< yours\nuno\n=======\nONE\n>>>>>>> blueprint\ntwo\nthree\nfour\nfive\n"
    )


def test_a_deleted_file_stays_deleted_and_is_named_when_there_is_news() -> None:
    assert decide(case(BASE, None, BASE)) is None
    assert decided(case(BASE, None, NEW)).action is Action.GONE
    assert decided(case(BASE, None, NEW)).after is None


def test_an_untouched_file_that_is_dropped_is_removed() -> None:
    assert decided(case(BASE, BASE, None)).action is Action.DELETE


def test_an_edited_file_that_is_dropped_is_kept_and_named() -> None:
    change = decided(case(BASE, FAR, None))

    assert (change.action, change.after) == (Action.ORPHAN, None)


def test_a_dropped_file_that_is_gone_is_forgotten() -> None:
    assert decide(case(BASE, None, None)) is None


@pytest.mark.parametrize(
    ("base", "disk", "new"), [(BASE, BINARY, NEW), (BASE, FAR, BINARY), (BINARY, b"\0x", b"\0y")]
)
def test_an_edited_binary_file_is_kept(base: bytes, disk: bytes, new: bytes) -> None:
    change = decided(case(base, disk, new))

    assert (change.action, change.after) == (Action.BESIDE, FileBlob(new))


def test_an_untouched_binary_file_is_updated() -> None:
    assert decided(case(BINARY, BINARY, b"\0y")).action is Action.UPDATE


@pytest.mark.parametrize("what", ["a folder", "a link", "a device", "below a link"])
def test_what_is_no_plain_file_is_not_written(what: str) -> None:
    assert decided(case(BASE, Obstacle(what), NEW)).action is Action.BLOCKED
    assert decided(case(None, Obstacle(what), NEW)).action is Action.BLOCKED
    assert decide(case(BASE, Obstacle(what), BASE)) is None


def test_what_is_no_plain_file_is_not_removed() -> None:
    assert decided(case(BASE, Obstacle("a folder"), None)).action is Action.ORPHAN


def test_a_seed_is_written_once() -> None:
    assert decided(case(None, None, NEW, seeded=True)).action is Action.CREATE
    assert decide(case(BASE, BASE, NEW, seeded=True)) is None
    assert decide(case(BASE, FAR, NEW, seeded=True)) is None
    assert decide(case(BASE, None, NEW, seeded=True)) is None


def test_a_seed_does_not_take_the_place_of_a_file_that_is_there() -> None:
    assert decide(case(None, b"mine", NEW, seeded=True)) is None


def test_an_edit_whose_base_is_lost_is_kept() -> None:
    change = decided(case(BASE, FAR, NEW, has_copy=False))

    assert (change.action, change.why) == (Action.BESIDE, "its base is unknown")


def test_a_file_that_the_lock_has_forgotten_is_known_by_its_copy() -> None:
    forgotten = Case(PATH, on_disk(BASE), FileBlob(NEW), strays=frozenset({FileBlob(BASE).sha256}))

    assert decided(forgotten).action is Action.UPDATE


def test_line_ends_of_another_system_are_no_edit() -> None:
    there = BASE.replace(b"\n", b"\r\n")

    assert written(case(BASE, there, NEW)) == NEW.replace(b"\n", b"\r\n")
    assert decide(case(BASE, there, BASE)) is None


def test_a_merge_keeps_the_line_ends_of_the_file() -> None:
    assert written(case(BASE, FAR.replace(b"\n", b"\r\n"), NEW)) == b"ONE\r\ntwo\r\nthree\r\nfour\r\nFIVE\r\n"


def test_a_byte_order_mark_stays() -> None:
    assert written(case(BASE, b"\xef\xbb\xbf" + FAR, NEW)).startswith(b"\xef\xbb\xbfONE\n")


def test_an_empty_file_is_an_edit_like_any_other() -> None:
    assert decided(case(BASE, b"", NEW)).action is Action.CONFLICT


CODE = b"def total(a, b):\n    return a + b\n"
NEWS = b"def total(a, b, c):\n    return a + b + c\n"


def test_code_that_was_only_formatted_counts_as_untouched() -> None:
    formatted = b"def total(\n    a,\n    b,\n):\n    return a + b\n"

    assert decided(case(CODE, formatted, NEWS, path="a.py")).action is Action.UPDATE
    assert written(case(CODE, formatted, NEWS, path="a.py")) == NEWS
    assert decide(case(CODE, formatted, CODE, path="a.py")) is None


def test_a_comment_in_code_is_an_edit() -> None:
    commented = CODE + b"# ours\n"

    assert b"# ours" in written(case(CODE, commented, NEWS, path="a.py"))


def test_data_that_was_only_formatted_counts_as_untouched() -> None:
    change = decided(case(b'{"a": [1]}\n', b'{\n  "a": [1]\n}\n', b'{"b": 1}\n', path="a.json"))

    assert change.action is Action.UPDATE


def executable(base: bool, disk: bool, new: bool, content: bytes = BASE) -> Change | None:
    entry = LockEntry(FileBlob(BASE).sha256, Owner.TOOL, base)
    there = on_disk(BASE, 0o755 if disk else 0o644)
    return decide(Case(PATH, there, FileBlob(content, new), (entry,), has_news=content != BASE))


def test_a_file_becomes_executable_when_the_new_one_is() -> None:
    change = executable(False, False, True)

    assert change is not None
    assert change.after == FileBlob(BASE, executable=True)


def test_a_file_in_which_nothing_is_missing_becomes_executable_all_the_same() -> None:
    both = NEW.replace(b"five", b"FIVE")
    entry = LockEntry(FileBlob(BASE).sha256, Owner.TOOL, executable=False)
    for wanted in (False, True):
        change = decide(Case(PATH, on_disk(both), FileBlob(NEW, wanted), (entry,), (BASE,), has_news=True))

        assert (change is not None) == wanted
    assert change is not None
    assert (change.action, change.after) == (Action.MERGE, FileBlob(both, executable=True))


def test_a_mode_that_the_user_chose_stays() -> None:
    assert executable(False, True, False) is None
    assert executable(True, False, True) is None
    change = executable(False, True, False, NEW)
    assert change is not None
    assert change.after == FileBlob(NEW, executable=True)


MARKED = b"<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n"


def marked(content: bytes, *renders: bytes, new: bytes | None = b"ours\ntheirs\n") -> Change:
    entry = LockEntry(FileBlob(b"ours\n").sha256, Owner.TOOL, executable=False)
    wanted = None if new is None else FileBlob(new)
    return decided(Case(PATH, on_disk(content), wanted, (entry,), (b"ours\n",), renders=renders))


def test_markers_between_two_renders_are_settled() -> None:
    change = marked(MARKED, b"ours\n", b"theirs\n")

    assert (change.action, change.after) == (Action.UPDATE, FileBlob(b"ours\ntheirs\n"))


def test_a_dropped_file_with_markers_between_two_renders_is_removed() -> None:
    assert marked(MARKED, b"ours\n", b"theirs\n", new=None).action is Action.DELETE


@pytest.mark.parametrize(
    "content", [MARKED + b"mine\n", MARKED.replace(b"theirs", b"mine")], ids=["outside", "inside"]
)
def test_markers_around_a_line_of_the_users_are_left_to_them(content: bytes) -> None:
    change = marked(content, b"ours\n", b"theirs\n")

    assert (change.action, change.line, change.after) == (Action.UNRESOLVED, 1, None)


def test_markers_where_the_user_took_out_a_line_are_left_to_them() -> None:
    assert marked(MARKED, b"both\nours\n", b"both\ntheirs\n").action is Action.UNRESOLVED


def test_a_line_that_only_one_branch_had_replaced_is_no_edit() -> None:
    renders = (b"old\nx\nours\n", b"newer\nx\ntheirs\n")
    new = b"newer\nx\nours\ntheirs\n"

    change = marked(b"newer\nx\n" + MARKED, *renders, new=new)

    assert (change.action, change.after) == (Action.UPDATE, FileBlob(new))


def test_markers_where_the_user_took_out_what_one_branch_had_brought_are_left_to_them() -> None:
    renders = (b"more\nx\nours\n", b"x\ntheirs\n")

    change = marked(b"x\n" + MARKED, *renders, new=b"more\nx\nours\ntheirs\n")

    assert change.action is Action.UNRESOLVED


def test_markers_where_one_side_took_out_a_line_that_the_other_has_are_left_to_them() -> None:
    content = b"<<<<<<< HEAD\nours\n=======\nboth\ntheirs\n>>>>>>> branch\n"
    new = b"both\nours\ntheirs\n"

    assert marked(content, b"both\nours\n", b"both\ntheirs\n", new=new).action is Action.UNRESOLVED


def test_markers_between_a_render_and_what_somebody_took_out_are_left_to_them() -> None:
    content = b"x\n<<<<<<< HEAD\n=======\ntheirs\n>>>>>>> branch\n"

    assert marked(content, b"x\ntheirs\n").action is Action.UNRESOLVED


def test_markers_of_this_tool_are_left_to_them() -> None:
    content = MARKED.replace(b"HEAD", b"yours").replace(b"branch", b"blueprint")

    assert marked(content, b"ours\n", b"theirs\n").action is Action.UNRESOLVED


def met(content: bytes, ours: bytes = b"1\n2\n3\nours\n", theirs: bytes = b"1\n2\n3\ntheirs\n") -> Change:
    """Two branches that met in a file of which the tool wrote one version on each."""
    entries = tuple(LockEntry(FileBlob(each).sha256, Owner.TOOL, False) for each in (ours, theirs))
    new = FileBlob(b"1\n2\n3\nours\ntheirs\n")
    return decided(Case(PATH, on_disk(content), new, entries, (ours, theirs), renders=(ours, theirs)))


def test_an_edit_beside_the_meeting_of_two_branches_is_merged() -> None:
    change = met(b"mine\n2\n3\n" + MARKED)

    assert (change.action, change.after) == (Action.MERGE, FileBlob(b"mine\n2\n3\nours\ntheirs\n"))


@pytest.mark.parametrize(
    "content",
    [
        b"1\n2\n3\n" + MARKED.replace(b"ours", b"mine"),
        b"1\n2\n3\n" + MARKED.replace(b"theirs", b"theirs\nmine"),
        b"1\n2\n3\n" + MARKED.replace(b"ours\n", b""),
        b"mine\n2\n3\n" + MARKED.replace(b"HEAD", b"yours"),
    ],
    ids=["ours", "theirs", "taken out", "our own markers"],
)
def test_an_edit_inside_the_meeting_of_two_branches_is_left_to_them(content: bytes) -> None:
    assert met(content).action is Action.UNRESOLVED


def test_edits_of_both_branches_beside_each_other_are_merged_in_what_has_names() -> None:
    ours, theirs = b'{\n"a": 1,\n"ours": 1\n}\n', b'{\n"a": 1,\n"theirs": 1\n}\n'
    new = b'{\n"a": 1,\n"ours": 1,\n"theirs": 1\n}\n'
    content = (
        b'{\n"a": 1,\n<<<<<<< HEAD\n"ours": 1,\n"mine": 1\n=======\n'
        b'"theirs": 1,\n"hers": 1\n>>>>>>> branch\n}\n'
    )
    entries = tuple(LockEntry(FileBlob(each).sha256, Owner.TOOL, False) for each in (ours, theirs))
    path = RelPath("a.json")
    change = decided(
        Case(path, on_disk(content), FileBlob(new), entries, (ours, theirs), renders=(ours, theirs))
    )

    assert change.action is Action.MERGE
    assert change.after
    assert sorted(json.loads(change.after.content)) == ["a", "hers", "mine", "ours", "theirs"]


def test_code_that_both_changed_in_one_place_stays_and_the_new_one_is_put_beside() -> None:
    change = decided(case(b"x = 1\n", b"x = 2\n", b"x = 3\n", path="a.py"))

    assert (change.action, change.after) == (Action.BESIDE, FileBlob(b"x = 3\n"))
    assert change.why == "both sides changed it: x"


def test_what_a_formatter_went_over_keeps_its_layout() -> None:
    base, new = b'a:\n  b: "1"\n', b'a:\n  b: "1"\n  c: "2"\n'

    change = decided(case(base, b"a:\n    b: '1'\n", new, path="a.yaml"))

    assert (change.action, change.after) == (Action.UPDATE, FileBlob(b"a:\n    b: '1'\n    c: \"2\"\n"))


def test_a_file_of_yours_that_a_formatter_alone_went_over_is_dropped() -> None:
    dropped = case(b"x = [1]\n", b"x = [\n    1,\n]\n", None, path="a.py", seeded=True)

    assert decided(dropped).action is Action.DELETE


def test_where_two_branches_met_the_base_counts_that_fits() -> None:
    ours, theirs = b"a\nb\nours\n", b"a\nb\ntheirs\n"
    entries = tuple(LockEntry(FileBlob(each).sha256, Owner.TOOL, False) for each in (ours, theirs))
    disk = on_disk(b"mine\nb\ntheirs\n")
    change = decided(Case(PATH, disk, FileBlob(b"a\nb\nours\ntheirs\n"), entries, (ours, theirs)))

    assert (change.action, change.after) == (Action.MERGE, FileBlob(b"mine\nb\nours\ntheirs\n"))

"""What is wrong with packs from outside: a line with its place, and nothing changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from blueprint import processor
from blueprint.catalog import sources
from blueprint.render import renderer
from tests.packs.projects import NOTE, OVERLAY, Pack, answer, contents, new, write_pack

BROKER = "kind: broker\nid: {id}\nstack: fastapi\ntitle: X\nsummary: x\n"
TEMPLATE = "files/deploy/acme.txt.j2"
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}\n"

BAD_PACKS: dict[str, tuple[Pack, str, str]] = {
    "no pack": ({"readme.md": "hello\n"}, "there is no pack here", "packs"),
    "no YAML": ({"pack.yaml": "kind: [\n"}, "this is not YAML", "pack.yaml:2:1"),
    "an unknown key": ({"pack.yaml": OVERLAY + "titel: X\n"}, 'unknown key "titel"', "pack.yaml:5:1"),
    "an unknown kind": (
        {"pack.yaml": OVERLAY.replace("overlay", "overlaid")},
        'unknown value "overlaid"',
        "pack.yaml:1:7",
    ),
    "a newer format": (
        {"pack.yaml": "format: 2\nkind: cloud\n"},
        "this pack has format 2, and this blueprint reads 1",
        "pack.yaml:1:9",
    ),
    "a format that is none": ({"pack.yaml": "format: x\n"}, "the format is a whole number", "pack.yaml:1:9"),
    "a name of the tool's own": (
        {"pack.yaml": BROKER.format(id="kafka")},
        'blueprint itself has a broker "kafka"',
        "pack.yaml",
    ),
    "a name of the tool's own, for any stack": (
        {"pack.yaml": BROKER.format(id="kafka").replace("stack: fastapi\n", "")},
        'blueprint itself has a broker "kafka"',
        "pack.yaml",
    ),
    "a default beside the tool's own": (
        {"pack.yaml": BROKER.format(id="pigeons") + "default: true\n"},
        "blueprint itself has the default broker",
        "pack.yaml",
    ),
    "code": (
        {**NOTE, "hooks/pre.py": "print()\n"},
        'a pack has no folder "hooks", and nothing in a pack is run',
        "hooks",
    ),
    "a file that another pack has": (
        {**NOTE, "files/Dockerfile": "FROM x\n"},
        "Dockerfile is in two packs: stack/fastapi, overlay/acme",
        "files/Dockerfile",
    ),
    "text for data": (
        {**NOTE, "files/compose.yaml": "services: {}\n"},
        "compose.yaml is data in one pack and text in another",
        "files/compose.yaml",
    ),
    "a file to replace that it has not": (
        {**NOTE, "pack.yaml": OVERLAY + "replaces: [Dockerfle]\n"},
        'the pack has no file "Dockerfle", which it replaces',
        "pack.yaml:5:11",
    ),
    "a template that is none": (
        {**NOTE, TEMPLATE: "one\n{% if %}\n"},
        "Expected an expression, got 'end of statement block'",
        f"{TEMPLATE}:2",
    ),
    "a name that templates do not know": (
        {**NOTE, TEMPLATE: "one\ntwo\n{{ projet }}\n"},
        "'projet' is undefined",
        f"{TEMPLATE}:3",
    ),
    "a fault in an expression": (
        {**NOTE, TEMPLATE: "\n{{ 1 + project }}\n"},
        "TypeError: unsupported operand",
        f"{TEMPLATE}:2",
    ),
    "a fault in a header": (
        {**NOTE, "headers/py.j2": "# {{ licence }}\n"},
        "'licence' is undefined",
        "headers/py.j2:1",
    ),
    "a header of no Python": (
        {**NOTE, "headers/sql.j2": "-- ACME\n"},
        "only Python files have a header",
        "headers/sql.j2",
    ),
    "Python that is none": (
        {**NOTE, "files/src/[package]/acme.py.j2": "def\n"},
        "renders is not valid Python",
        "src/desk/acme.py:1",
    ),
    "a file for git": (
        {**NOTE, "files/.git/hooks/post-commit": "rm -rf ~\n"},
        "a pack has no files for git itself",
        "post-commit",
    ),
    "a file for git, written otherwise": (
        {**NOTE, "files/x/.GIT/config": "\n"},
        "a pack has no files for git itself",
        ".GIT/config",
    ),
    "a file for the records": (
        {**NOTE, "files/.blueprint/lock.json": "{}\n"},
        "a pack has no files for git itself, and none for .blueprint",
        "lock.json",
    ),
    "a path that leads out": ({**NOTE, "files/[folder]/x": "\n"}, "unknown placeholder", "files/[folder]/x"),
}
ESCAPES = (
    "{{ answers_http.args }}",
    "{{ module_of.func.__globals__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ spec.__class__ }}",
    "{{ (answers_http|attr('args'))[0].packs[0].folder.read_text() }}",
    "{{ [answers_http]|map(attribute='args')|first }}",
    "{{ services.append(1) }}",
    "{{ event_types.cache_clear() }}",
    "{% include '/etc/passwd' %}",
)


def refused(project: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What `sync` says in its only error, and where. Nothing has changed."""
    before = contents(project)
    found = answer(capsys, "sync", str(project))
    assert found["exit_code"] == 3, found
    assert contents(project) == before
    [error] = found["errors"]
    place = ":".join(str(error[key]) for key in ("path", "line", "column") if error[key] is not None)
    assert "\n" not in error["message"]
    return error["message"], place


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One that names ./packs, in which nothing is yet."""
    project = new(tmp_path)
    spec = project / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("services:", "packs: [./packs]\nservices:"))
    (project / "packs").mkdir()
    return project


@pytest.mark.parametrize("kind", BAD_PACKS)
def test_a_bad_pack_is_told_with_its_place(
    kind: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, message, place = BAD_PACKS[kind]
    write_pack(project / "packs/acme", files)

    told, where = refused(project, capsys)

    assert message in told
    assert where.endswith(place), where


@pytest.mark.parametrize("template", ESCAPES)
def test_a_template_reaches_no_more_than_it_is_given(
    template: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(project / "packs/acme", {**NOTE, TEMPLATE: f"\n{template}\n"})

    _, where = refused(project, capsys)

    assert where.endswith(f"{TEMPLATE}:2")


def test_a_template_has_an_end(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "limited_time", lambda: processor.limited_time(1.0))
    write_pack(project / "packs/acme", {**NOTE, TEMPLATE: LOOP})

    told, where = refused(project, capsys)

    assert "the template exceeds its limits" in told
    assert where.endswith(f"{TEMPLATE}:1")


def test_two_packs_that_replace_one_file_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for id in ("acme", "other"):
        manifest = f"{OVERLAY.replace('acme', id)}replaces: [Dockerfile]\n"
        write_pack(project / "packs" / id, {"pack.yaml": manifest, "files/Dockerfile": "FROM x\n"})

    told, _ = refused(project, capsys)

    assert told == "Dockerfile is replaced by two packs: overlay/acme, overlay/other"


def test_two_packs_that_add_one_file_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for id in ("acme", "other"):
        write_pack(project / "packs" / id, {**NOTE, "pack.yaml": OVERLAY.replace("acme", id)})

    told, where = refused(project, capsys)

    assert told == "deploy/acme.txt is in two packs: overlay/acme, overlay/other"
    assert where.endswith(f"packs/other/{TEMPLATE}")


def test_a_pack_that_is_there_twice_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("one", "two"):
        write_pack(project / "packs" / folder, NOTE)

    assert "the pack overlay/acme is there twice" in refused(project, capsys)[0]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[./nowhere]", 'there is no folder "./nowhere"'),
        ("[no-such-packs]", 'the distribution "no-such-packs" is not installed'),
        ("[../packs]", '"../packs" is not a folder of the project or a distribution'),
        ("[./../packs]", '"./../packs" is not a folder of the project or a distribution'),
        ("[/etc]", '"/etc" is not a folder of the project or a distribution'),
        ("[./packs, ./packs/]", '"./packs" comes twice'),
        ("./packs", '"packs" takes a list, not "./packs"'),
    ],
)
def test_a_source_that_is_none_is_told_with_its_line(
    written: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = project / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("[./packs]", written))

    told, where = refused(project, capsys)

    assert told == message
    assert "blueprint.yaml:6:" in where


def test_a_link_leads_nowhere(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret").write_text("mine")
    write_pack(project / "packs/acme", NOTE)
    (project / "packs/acme/files/deploy/stolen").symlink_to(tmp_path / "secret")
    assert refused(project, capsys)[0] == "a pack has no links"

    (project / "packs").rename(tmp_path / "elsewhere")
    (project / "packs").symlink_to(tmp_path / "elsewhere")
    assert refused(project, capsys)[0] == '"./packs" is behind a link'


def test_a_pack_has_only_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack(project / "packs/acme", NOTE)
    os.mkfifo(project / "packs/acme/files/pipe")

    told, where = refused(project, capsys)

    assert (told, where.rpartition("/")[2]) == ("a pack has only files and folders", "pipe")


def test_packs_have_a_size(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(project / "packs/acme", NOTE)
    for limit in ("MOST_FILES", "MOST_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(sources, limit, 1)
            assert refused(project, capsys)[0].startswith("there is more here than ")


def test_a_flag_that_names_nothing_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for named in (str(tmp_path / "nowhere"), "no-such-packs"):
        found = answer(capsys, "new", "shop", "-o", str(tmp_path / "shop"), "--packs", named)

        assert (found["exit_code"], found["errors"][0]["code"]) == (2, "no-packs")
        assert not (tmp_path / "shop").exists()


def test_a_list_that_names_others_is_edited_by_hand(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(project / "mine/note", NOTE)
    write_pack(tmp_path / "company/note", NOTE)
    spec = project / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("[./packs]", "[./mine]"))
    before = contents(project)

    found = answer(capsys, "sync", str(project), "--packs", str(tmp_path / "company"))

    assert (found["exit_code"], found["errors"][0]["message"]) == (2, '"packs" does not name ./packs')
    assert contents(project) == before

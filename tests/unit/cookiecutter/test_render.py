"""A template of cookiecutter's becomes what cookiecutter makes of it, and nothing but that."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.cookiecutter.model import Rendered, TemplateFault, TemplateRequest
from blueprint.cookiecutter.render import PROVENANCE, render_template
from blueprint.errors import BlueprintError, MachineError, UsageError
from blueprint.tree import RelPath
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from tests.support.programs import require
from tests.unit.cookiecutter.templates import FOLDER, QUESTIONS, template


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a folder for temporary files that are as empty afterwards as before."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    yield home
    assert list(home.iterdir()) == []


def render(folder: Path | str, name: str | None = None, **answers: str) -> Rendered:
    return render_template(TemplateRequest(str(folder), name, answers=answers))


def trusted(folder: Path | str, **wishes: object) -> Rendered:
    return render_template(TemplateRequest(str(folder), trust=True, **wishes))


def text(rendered: Rendered, path: str = "README.md") -> str:
    return rendered.tree[RelPath(path)].content.decode()


def code_of(error: pytest.ExceptionInfo[BlueprintError]) -> str:
    return error.value.problems[0].code


def test_what_nobody_answers_has_its_default(tmp_path: Path) -> None:
    rendered = render(template(tmp_path))

    assert (rendered.name, text(rendered)) == ("my-thing", "# My Thing\nMIT True\n")


def test_answers_count_and_others_follow_from_them(tmp_path: Path) -> None:
    rendered = render(template(tmp_path), project_name="Lamp Shop", license="BSD", docs="no")

    assert (rendered.name, text(rendered)) == ("lamp-shop", "# Lamp Shop\nBSD False\n")


def test_the_name_of_the_project_is_an_answer(tmp_path: Path) -> None:
    assert render(template(tmp_path), "lamps").name == "lamps"
    assert text(render(tmp_path, "lamps", project_name="Lamps!")).startswith("# Lamps!\n")


ODD: dict[str, object] = {"slug": "x", "note": None, "ports": {"http": {"port": "80"}}}
"""Questions without a default, and for several values."""


def odd_template(folder: Path) -> Path:
    return template(
        folder, ODD, **{f"{FOLDER}/README.md": "{{ cookiecutter.note }} {{ cookiecutter.ports }}"}
    )


@pytest.mark.parametrize("note", ["soon", "{{ 7 * 7 }}", "null"])
def test_a_question_without_a_default_can_be_answered(tmp_path: Path, note: str) -> None:
    assert text(render(odd_template(tmp_path), note=note)).startswith(f"{note} ")


def test_a_question_for_several_values_takes_json_in_which_text_stays_text(tmp_path: Path) -> None:
    ports = {"http": {"port": "8080"}, "{{ 7 * 7 }}": "{{ cookiecutter.note }}"}

    assert text(render(odd_template(tmp_path), ports=json.dumps(ports))) == f"None {ports}"


def test_a_template_in_a_folder_of_a_repository_is_taken_from_there(tmp_path: Path) -> None:
    template(tmp_path / "python/api")

    rendered = render_template(TemplateRequest(str(tmp_path), directory="python/api"))

    assert rendered.name == "my-thing"
    assert json.loads(text(rendered, PROVENANCE))["directory"] == "python/api"


def test_a_folder_outside_of_the_template_is_refused(tmp_path: Path) -> None:
    template(tmp_path / "outside")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/link").symlink_to(tmp_path / "outside")

    for directory in ("../outside", str(tmp_path / "outside"), "link"):
        with pytest.raises(UsageError, match="inside of the template"):
            render_template(TemplateRequest(str(tmp_path / "inside"), directory=directory))


def test_what_cookiecutter_can_do_works(tmp_path: Path) -> None:
    questions = {
        **QUESTIONS,
        "__shout": "{{ cookiecutter.project_name|upper }}",
        "_copy_without_render": ["*.html", "raw"],
        "_extensions": ["jinja2.ext.do", "cookiecutter.extensions.SlugifyExtension"],
        "_jinja2_env_vars": {"lstrip_blocks": True, "trim_blocks": True},
        "deep": {"a": {"b": "{{ cookiecutter.license }}"}},
    }
    files: dict[str, str | bytes] = {
        f"{FOLDER}/a.txt": "{% do [] %}\n{{ cookiecutter.__shout|slugify }} {{ cookiecutter.deep.a.b }}\n",
        f"{FOLDER}/page.html": "{{ as it is }}",
        f"{FOLDER}/raw/x.txt": "{{ as it is }}",
        f"{FOLDER}/logo.png": b"\x89PNG\x00{{ nothing }}",
        f"{FOLDER}/dos.txt": "a\r\nb\r\n",
        FOLDER + "/{% if cookiecutter.docs %}docs.md{% endif %}": "x\n",
        FOLDER + "/{% if not cookiecutter.docs %}none.md{% endif %}": "x\n",
        FOLDER + "/src/{{cookiecutter.license}}/LICENSE": "{{ cookiecutter.license }}\n",
        "templates/base.txt": "{% block b %}{% endblock %}",
        f"{FOLDER}/inherits.txt": '{% extends "base.txt" %}{% block b %}ours{% endblock %}',
    }
    template(tmp_path, questions, **files)
    (tmp_path / FOLDER / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / FOLDER / "run.sh").chmod(0o755)

    tree = render(tmp_path).tree

    assert {path: blob.content for path, blob in tree.items() if path not in ("README.md", PROVENANCE)} == {
        "a.txt": b"my-thing MIT\n",
        "docs.md": b"x\n",
        "dos.txt": b"a\r\nb\r\n",
        "inherits.txt": b"ours",
        "logo.png": b"\x89PNG\x00{{ nothing }}",
        "page.html": b"{{ as it is }}",
        "raw/x.txt": b"{{ as it is }}",
        "run.sh": b"#!/bin/sh\n",
        "src/MIT/LICENSE": b"MIT\n",
    }
    assert tree[RelPath("run.sh")].executable
    assert all(blob.seeded for blob in tree.values())


def test_a_template_can_be_a_choice_of_templates(tmp_path: Path) -> None:
    template(tmp_path / "api")
    choice = {"templates": {"api": {"path": "./api", "title": "An API"}}}
    (tmp_path / "cookiecutter.json").write_text(json.dumps(choice))

    assert render(tmp_path).name == "my-thing"


@pytest.mark.parametrize("path", ["../elsewhere", ".", "api/../.."])
def test_a_choice_cannot_lead_elsewhere(path: str, tmp_path: Path) -> None:
    template(tmp_path / "elsewhere")
    (tmp_path / "choice").mkdir()
    (tmp_path / "choice/cookiecutter.json").write_text(json.dumps({"templates": {"api": {"path": path}}}))

    with pytest.raises(TemplateFault):
        render(tmp_path / "choice")


@settings(max_examples=25, deadline=None)
@given(answer=st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_an_answer_is_text_whatever_it_is(answer: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("t")
    template(folder, {"slug": "thing", "note": "x"}, **{f"{FOLDER}/README.md": "<{{ cookiecutter.note }}>"})

    rendered = render(folder, note=answer)

    assert rendered.answers["note"] == answer
    written = rendered.tree[RelPath("README.md")].content.decode()
    assert written.splitlines() == f"<{answer}>".replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize(
    "answer",
    ["{{ 7 * 7 }}", "{% raw %}", "{# no #}", '" + 7 + "', "\\", "}} {{ cookiecutter }}", "'; import os"],
)
def test_an_answer_is_never_executed(answer: str, tmp_path: Path) -> None:
    rendered = render(template(tmp_path), project_name=answer, slug="thing")

    assert text(rendered).splitlines()[0] == f"# {answer}"


@pytest.mark.parametrize("slug", ["../up", "/tmp/up", "..", ".", "", "a/b", "{{ 7 * 7 }}", "{% raw %}"])
def test_a_folder_cannot_be_called_so(slug: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateFault) as error:
        render(template(tmp_path), slug=slug)

    assert code_of(error) == "template-escape"


@pytest.mark.parametrize(
    ("folder", "answer"), [("src/", "../../up"), ("src/", "x/../../../up"), ("", "/up"), ("", "../up")]
)
def test_a_file_cannot_be_written_elsewhere(folder: str, answer: str, tmp_path: Path) -> None:
    template(tmp_path, **{FOLDER + "/" + folder + "{{cookiecutter.project_name}}": "x\n"})

    with pytest.raises(TemplateFault) as error:
        render(tmp_path, project_name=answer, slug="thing")

    assert code_of(error) == "template-escape"


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.system('touch CANARY') }}",
    "{{ self.__init__.__globals__.__builtins__.open('CANARY', 'w') }}",
    "{{ lipsum.__globals__['os'].system('touch CANARY') }}",
    "{{ cookiecutter.__class__.__init__.__globals__ }}",
    "{{ uuid4.__globals__ }}",
    "{{ random_ascii_string.__closure__[0].cell_contents.__globals__ }}",
]


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("where", ["file", "question", "name"])
def test_a_template_cannot_reach_python(escape: str, where: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    escape = escape.replace("CANARY", str(canary))
    if where == "question":
        template(tmp_path / "t", {**QUESTIONS, "evil": escape})
    else:
        name = escape.replace("/", "") if where == "name" else "evil.txt"
        template(tmp_path / "t", **{f"{FOLDER}/{name}": escape})

    with pytest.raises(TemplateFault):
        render(tmp_path / "t")

    assert not canary.exists()


def test_a_hook_needs_trust(tmp_path: Path) -> None:
    template(
        tmp_path,
        **{"hooks/post_gen_project.py": "print('hi')", "hooks/notes.txt": "", "hooks/pre_prompt.sh~": ""},
    )

    with pytest.raises(UsageError) as error:
        render(tmp_path)

    problem = error.value.problems[0]
    assert (problem.code, problem.hint) == (
        "untrusted-template",
        "read it first; if you trust it, add --trust",
    )
    assert problem.message.endswith(": hooks/post_gen_project.py")


@pytest.mark.needs("git")
def test_hooks_run_where_they_are_trusted(tmp_path: Path) -> None:
    hooks = {
        "hooks/pre_prompt.py": """
import json

questions = json.load(open("cookiecutter.json")) | {"license": ["GPL"]}
json.dump(questions, open("cookiecutter.json", "w"))
""",
        "hooks/pre_gen_project.py": "open('pre.txt', 'w').write('{{ cookiecutter.license }}')",
        "hooks/post_gen_project.sh": "#!/bin/sh\nrm README.md\ngit init -q\n",
    }
    template(tmp_path, **hooks)

    tree = trusted(tmp_path).tree

    assert sorted(tree) == [PROVENANCE, "pre.txt"]
    assert tree[RelPath("pre.txt")].content == b"GPL"
    assert json.loads((tmp_path / "cookiecutter.json").read_text())["license"] == ["MIT", "BSD"]


def test_a_hook_that_fails_is_told(tmp_path: Path) -> None:
    template(tmp_path, **{"hooks/pre_gen_project.py": "raise SystemExit(1)"})

    with pytest.raises(TemplateFault) as error:
        trusted(tmp_path)

    assert code_of(error) == "hook-failed"


def test_hooks_can_be_left_out(tmp_path: Path) -> None:
    template(tmp_path, **{"hooks/post_gen_project.py": "raise SystemExit(1)"})

    assert trusted(tmp_path, run_hooks=False).skipped == ("hooks/post_gen_project.py",)


def test_an_extension_needs_trust(tmp_path: Path) -> None:
    extension = (
        "from cookiecutter.utils import simple_filter\n\n@simple_filter\ndef twice(v):\n    return v + v\n"
    )
    questions = {**QUESTIONS, "_extensions": ["doubling.twice"]}
    template(
        tmp_path, questions, **{"doubling.py": extension, f"{FOLDER}/x": "{{ cookiecutter.license|twice }}"}
    )

    with pytest.raises(UsageError, match=r"doubling\.twice"):
        render(tmp_path)
    assert text(trusted(tmp_path), "x") == "MITMIT"


def test_an_extension_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault) as error:
        trusted(template(tmp_path, {**QUESTIONS, "_extensions": ["no_such_module.Extension"]}))

    assert code_of(error) == "no-extension"


def test_only_plain_files_are_taken(tmp_path: Path) -> None:
    template(tmp_path, **{"hooks/post_gen_project.py": "import os; os.symlink('/etc/passwd', 'x')"})

    with pytest.raises(TemplateFault, match="leads out of the project"):
        trusted(tmp_path)


@pytest.mark.parametrize("target", ["README.md", "docs/../README.md", "ABSOLUTE/README.md", "docs", "gone"])
def test_a_trusted_hook_can_make_links_inside_the_project(target: str, tmp_path: Path) -> None:
    hook = f"""
import os
os.mkdir("docs")
open("docs/a.md", "w").write("a")
os.symlink("{target}".replace("ABSOLUTE", os.getcwd()), "link")
"""
    tree = trusted(template(tmp_path / "t", **{"hooks/post_gen_project.py": hook})).tree
    create_project(tree, check_destination(tmp_path / "thing"), "1", git=True)

    link = tmp_path / "thing/link"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    expected = {"gone": None, "docs": "docs"}.get(target, "README.md")
    assert not link.exists() if expected is None else link.samefile(tmp_path / "thing" / expected)


@pytest.mark.parametrize("target", ["..", "../elsewhere", "/etc/passwd", "docs/../..", "hop/x"])
def test_a_link_that_leads_out_of_the_project_is_refused(target: str, tmp_path: Path) -> None:
    hook = f"import os; os.mkdir('docs'); os.symlink('/etc', 'hop'); os.symlink('{target}', 'a')"
    template(tmp_path, **{"hooks/post_gen_project.py": hook})

    with pytest.raises(TemplateFault) as error:
        trusted(tmp_path)

    assert code_of(error) == "no-plain-file"


LINKS = {
    "a file": {f"{FOLDER}/x": "/OUT/secret"},
    "a file by a relative path": {f"{FOLDER}/x": "../../out/secret"},
    "a folder": {f"{FOLDER}/x": "/OUT"},
    "the home by way of another link": {f"{FOLDER}/x": "../hop", "hop": "/OUT/secret"},
    "a link deep inside": {f"{FOLDER}/a/b/x": "/OUT/secret"},
    "a link that is copied as it is": {f"{FOLDER}/raw/x": "/OUT/secret"},
    "a folder that is copied as it is": {f"{FOLDER}/raw": "/OUT"},
    "a part": {"templates/base": "/OUT/secret"},
    "a part in a repository": {f"{FOLDER}/.git/x": "/OUT/secret"},
    "the folder of parts": {"templates": "/OUT"},
    "the hooks": {"hooks": "/OUT"},
    "a hook": {"hooks/pre_prompt.py": "/OUT/secret"},
    "the folder of the project": {"{{cookiecutter.other}}": "/OUT"},
    "the questions": {"cookiecutter.json": "/OUT/questions.json"},
    "the repository of the template": {f"{FOLDER}/x": "../.git/config"},
    "nothing": {f"{FOLDER}/x": "/OUT/missing"},
    "itself": {f"{FOLDER}/x": "x"},
}


@pytest.mark.parametrize("links", LINKS.values(), ids=LINKS)
def test_a_template_takes_no_file_that_is_not_its_own(links: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "secret").write_text("secret")
    (out / "questions.json").write_text(json.dumps(QUESTIONS))
    folder = template(tmp_path / "t", {**QUESTIONS, "_copy_without_render": ["raw", "raw/*"]})
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("password")
    for path, target in links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).unlink(missing_ok=True)
        (folder / path).symlink_to(target.replace("/OUT", str(out)))

    with pytest.raises(TemplateFault) as error:
        render(folder)

    assert code_of(error) == "template-link"


def test_a_template_can_link_to_its_own_files(tmp_path: Path) -> None:
    folder = template(tmp_path, **{"docs/guide.md": "{{ cookiecutter.license }}"})
    (folder / FOLDER / "guide.md").symlink_to("../docs/guide.md")

    assert text(render(folder), "guide.md") == "MIT"


def test_it_is_recorded_where_a_project_comes_from_but_no_secret(tmp_path: Path) -> None:
    template(tmp_path, {**QUESTIONS, "db_password": "hunter2", "_private": "x"})

    record = json.loads(text(render(tmp_path, "lamps"), PROVENANCE))

    assert record["template"] == str(tmp_path)
    assert record["answers"] == {"project_name": "lamps", "slug": "lamps", "license": "MIT", "docs": True}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"licence": "MIT"}, "unknown-answer"),
        ({"license": "GPL"}, "bad-answer"),
        ({"docs": "perhaps"}, "bad-answer"),
        ({"ports": "80"}, "bad-answer"),
        ({"ports": "[" * 100_000}, "bad-answer"),
    ],
)
def test_an_answer_that_does_not_fit_is_told(answers: dict[str, str], code: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        render(template(tmp_path, {**QUESTIONS, "ports": {}}), **answers)

    assert code_of(error) == code


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"cookiecutter.json": "{"}, "bad-cookiecutter-json"),
        ({f"{FOLDER}/x": "{{ cookiecutter.nothing }}"}, "bad-template"),
        ({f"{FOLDER}/x": "{% if %}"}, "bad-template"),
        ({f"{FOLDER}/x": "{% include 'nothing.txt' %}"}, "bad-template"),
        ({f"{FOLDER}/x": "{% extends '../secret' %}"}, "bad-template"),
        ({f"{FOLDER}/x": b"\xff\xfe text that is no UTF-8 \xe9"}, "bad-template"),
    ],
)
def test_a_broken_template_is_told(files: dict[str, str | bytes], code: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateFault) as error:
        render(template(tmp_path, **files))

    assert code_of(error) == code


def test_a_template_without_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "cookiecutter.json").write_text("{}")

    with pytest.raises(TemplateFault) as error:
        render(tmp_path)

    assert code_of(error) == "no-template-folder"


@pytest.mark.parametrize("name", ["nothing", "nothing.zip", "~nobody/x", "gh"])
def test_no_template_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        render(tmp_path / name)

    assert code_of(error) == "no-template"


@pytest.mark.parametrize("prefix", ["", "repo-main/"])
def test_a_zip_file_is_a_template(prefix: str, tmp_path: Path) -> None:
    folder = template(tmp_path / "t")
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, f"{prefix}{file.relative_to(folder)}")

    assert render(tmp_path / "t.zip").name == "my-thing"


def test_a_zip_file_in_which_a_file_is_a_folder_too_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("t/d", "a file")
        archive.writestr("t/d/x", "a file in it")

    with pytest.raises(TemplateFault) as error:
        render(tmp_path / "t.zip")
    assert code_of(error) == "bad-zip"


def test_a_zip_file_stays_in_its_place(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("../up.txt", "x")
        archive.writestr("/abs.txt", "x")
        archive.writestr("t/cookiecutter.json", "{}")

    with pytest.raises(TemplateFault):
        render(tmp_path / "t.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["t.zip"]


MIB = 1 << 20


@pytest.mark.parametrize(
    ("sizes", "limit"),
    [
        ([201 * MIB], "200 MiB"),
        ([MIB] * 201, "200 MiB"),
        ([0] * 20_001, "20,000 files"),
    ],
    ids=["one large file", "many medium files", "very many empty files"],
)
def test_a_zip_file_that_unpacks_to_too_much_is_refused_before_it_does(
    sizes: list[int], limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZipFile, "extractall", lambda *_: pytest.fail("it was unpacked"))
    with ZipFile(tmp_path / "t.zip", "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("cookiecutter.json", "{}")
        for number, size in enumerate(sizes):
            archive.writestr(f"{FOLDER}/{number}", bytes(size))

    with pytest.raises(TemplateFault, match=f"unpacks to more than {limit}") as error:
        render(tmp_path / "t.zip")
    assert code_of(error) == "too-large"


def test_very_many_folders_are_too_much_too(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("cookiecutter.json", "{}")
        for number in range(1000):
            archive.writestr(f"{number}{'/d' * 20}/", "")

    with pytest.raises(TemplateFault, match="more than 20,000 files"):
        render(tmp_path / "t.zip")


def test_a_zip_file_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """What is written is never more than what was announced."""
    folder = template(tmp_path / "t")
    with ZipFile(tmp_path / "t.zip", "w", ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, str(file.relative_to(folder)))
        archive.writestr(f"{FOLDER}/large", bytes(large := MIB + 54_321))
    content = (tmp_path / "t.zip").read_bytes()
    said = large.to_bytes(4, "little")
    assert content.count(said) == 2
    (tmp_path / "t.zip").write_bytes(content.replace(said, (1).to_bytes(4, "little")))

    with pytest.raises(TemplateFault) as error:
        render(tmp_path / "t.zip")
    assert code_of(error) == "bad-zip"


def test_a_large_zip_file_within_the_limits_is_a_template(tmp_path: Path) -> None:
    folder = template(tmp_path / "t", **{f"{FOLDER}/{number}.bin": b"\0" * MIB for number in range(20)})
    with ZipFile(tmp_path / "t.zip", "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for file in folder.rglob("*"):
            archive.write(file, str(file.relative_to(folder)))

    assert len(render(tmp_path / "t.zip").tree) == 22


def test_what_is_no_zip_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.zip").write_bytes(b"no zip")

    with pytest.raises(TemplateFault) as error:
        render(tmp_path / "t.zip")

    assert code_of(error) == "bad-zip"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A template in git, whose license is another one since the tag `v1`."""
    folder = template(tmp_path / "repository")

    def git(*words: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false")
        subprocess.run(
            [require("git"), *identity, *words], cwd=folder, check=True, capture_output=True, timeout=60
        )

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    git("tag", "v1")
    template(folder, {**QUESTIONS, "license": ["GPL"]})
    git("commit", "-q", "-a", "-m", "two")
    return folder


def test_a_repository_needs_trust(repository: Path) -> None:
    with pytest.raises(UsageError) as error:
        render(f"file://{repository}")

    assert code_of(error) == "untrusted-template"


def test_a_repository_is_fetched_at_the_version_that_is_asked_for(repository: Path) -> None:
    newest = trusted(f"file://{repository}")
    first = trusted(f"git+file://{repository}", checkout="v1")

    assert (newest.answers["license"], first.answers["license"]) == ("GPL", "MIT")
    commits = [json.loads(text(each, PROVENANCE))["commit"] for each in (newest, first)]
    assert [len(commit) for commit in commits] == [40, 40]
    assert commits[0] != commits[1]


@pytest.mark.parametrize(
    ("short", "url"),
    {
        "gh": "https://github.com/owner/lamps.git",
        "gl": "https://gitlab.com/owner/lamps.git",
        "bb": "https://bitbucket.org/owner/lamps",
    }.items(),
)
def test_a_short_name_is_fetched_from_where_it_is(
    short: str, url: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{repository}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", url)

    fetched = trusted(f"{short}:owner/lamps", checkout="v1")

    assert fetched.answers["license"] == "MIT"
    assert json.loads(text(fetched, PROVENANCE))["template"] == f"{short}:owner/lamps"


@pytest.mark.parametrize("checkout", ["v9", None])
def test_what_cannot_be_fetched_is_told(checkout: str | None, repository: Path) -> None:
    url = f"file://{repository}" if checkout else f"file://{repository}-2"

    with pytest.raises(MachineError) as error:
        trusted(url, checkout=checkout)

    assert code_of(error) == "not-fetched"


def test_a_version_is_no_option_of_git(repository: Path) -> None:
    with pytest.raises(UsageError):
        trusted(f"file://{repository}", checkout="--upload-pack=x")

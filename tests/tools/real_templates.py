"""Render real templates beside cookiecutter itself: `python -m tests.tools.real_templates [OWNER/NAME ...]`.

Each is cloned, rendered by `blueprint new --template --trust` and by cookiecutter with the same answers, and
the two trees are compared: paths, bytes, modes, links and empty folders. A run of all writes the table of the
how-to page. It needs the network, or copies that git is told of by `url.PATH.insteadOf`.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.pages import table, with_part

PAGE = Path(__file__).parents[2] / "docs/how-to/use-a-cookiecutter-template.md"
PART = "real templates"
_SECONDS = 600
_OWN = (".git", ".blueprint")


@dataclass(frozen=True, slots=True)
class Real:
    """A template, the folder of its repository that it is in, and the answers that it has no default for."""

    name: str
    directory: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}/{self.directory}" if self.directory else self.name


TEMPLATES = (
    Real("scientific-python/cookie"),
    Real("fpgmaas/cookiecutter-uv"),
    Real("pytest-dev/cookiecutter-pytest-plugin"),
    Real("lacion/cookiecutter-golang"),
    Real("cookiecutter-flask/cookiecutter-flask", answers={"app_name": "lamps"}),
    Real("audreyfeldroy/cookiecutter-pypackage"),
    Real("cookiecutter/cookiecutter-django"),
    Real("ionelmc/cookiecutter-pylibrary"),
    Real("cjolowicz/cookiecutter-hypermodern-python"),
    Real("jupyter-widgets/widget-ts-cookiecutter"),
    Real("Buuntu/fastapi-react"),
    Real("arthurhenrique/cookiecutter-fastapi"),
    Real("TezRomacH/python-package-template"),
    Real("sourcery-ai/python-best-practices-cookiecutter"),
    Real("MolSSI/cookiecutter-cms"),
    Real("wemake-services/wemake-django-template"),
    Real("napari/cookiecutter-napari-plugin"),
    Real("mkrapp/cookiecutter-reproducible-science"),
    Real("kragniz/cookiecutter-pypackage-minimal"),
    Real("beeware/briefcase-template"),
    Real("jacebrowning/template-python"),
    Real("drivendataorg/cookiecutter-data-science"),
    Real(
        "kedro-org/kedro-starters",
        "spaceflights-pandas",
        {"kedro_version": "1.0.0", "tools": "None", "example_pipeline": "False"},
    ),
    Real("aws/aws-sam-cli-app-templates", "python3.12/event-bridge"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a template: its commit, how many files it became, and a word on how they compare."""

    real: Real
    commit: str
    files: int
    verdict: str


def compared(real: Real, scratch: Path) -> Outcome:
    """The template rendered by both."""
    clone = scratch / "clone"
    if not _cloned(real, clone, scratch):
        return Outcome(real, "", 0, "not fetched")
    commit = _run(["git", "rev-parse", "--short", "HEAD"], clone).stdout.strip()
    theirs, said = _by_cookiecutter(real, clone, scratch / "theirs")
    ours, more = _by_blueprint(real, clone, scratch / "ours")
    if theirs is None or ours is None:
        both = theirs is None and ours is None
        who = "both refuse" if both else "cookiecutter refuses" if theirs is None else "blueprint refuses"
        return Outcome(real, commit, 0, f"{who}: {_last(more if ours is None else said)}")
    one, other = _look(theirs), _look(ours)
    apart = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    verdict = "the same" if not apart else f"{len(apart)} apart: {', '.join(apart[:3])}"
    return Outcome(real, commit, sum(kind != "folder" for kind, _ in other.values()), verdict)


def _cloned(real: Real, clone: Path, scratch: Path) -> bool:
    """Only the folder that is needed: some repositories are large."""
    url = f"https://github.com/{real.name}"
    if _run(["git", "clone", "--quiet", "--no-checkout", url, str(clone)], scratch).returncode:
        return False
    if real.directory:
        _run(["git", "sparse-checkout", "set", real.directory], clone)
    return _run(["git", "checkout", "--quiet"], clone).returncode == 0


def _by_cookiecutter(real: Real, clone: Path, into: Path) -> tuple[Path | None, str]:
    into.mkdir()
    program = "import sys; from cookiecutter.__main__ import main; main()"
    command = [sys.executable, "-c", program, str(clone), "--no-input", "-o", str(into)]
    command += ["--directory", real.directory] if real.directory else []
    done = _run([*command, *(f"{key}={value}" for key, value in real.answers.items())], into)
    made = [path for path in into.iterdir() if path.name not in _OWN]
    return (made[0] if done.returncode == 0 and len(made) == 1 else None), done.stderr


def _by_blueprint(real: Real, clone: Path, into: Path) -> tuple[Path | None, str]:
    into.mkdir()
    command = [
        sys.executable,
        "-m",
        "blueprint",
        "new",
        "--template",
        str(clone),
        "--trust",
        "-y",
        "--no-git",
        "--json",
    ]
    command += ["--directory", real.directory] if real.directory else []
    command += [word for key, value in real.answers.items() for word in ("--answer", f"{key}={value}")]
    done = _run(command, into)
    if done.returncode:
        return None, done.stderr
    return Path(json.loads(done.stdout.splitlines()[-1])["data"]["path"]), done.stderr


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    variables = {**os.environ, "PYTHONPATH": root, "HOME": str(folder.parent), "PYTHONHASHSEED": "0"}
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _look(folder: Path) -> dict[str, tuple[str, object]]:
    """Each path with its kind, and what it holds; folders only where nothing is in them."""
    return dict(_entries(folder))


def _entries(folder: Path) -> Iterator[tuple[str, tuple[str, object]]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] in _OWN or ".git" in name.parts:
            continue
        if path.is_symlink():
            yield str(name), ("link", str(path.readlink()))
        elif path.is_dir():
            if not any(path.iterdir()):
                yield str(name), ("folder", None)
        else:
            executable = bool(path.stat().st_mode & stat.S_IXUSR)
            yield str(name), ("file", (executable, path.read_bytes()))


def _last(text: str) -> str:
    """What went wrong, without the place of a copy that is gone."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint: ")]
    return (
        lines[-1].removeprefix("error: ").partition(" (/")[0][:120].replace("|", "/") if lines else "no word"
    )


def table_of(outcomes: Sequence[Outcome]) -> str:
    """The part of the page."""
    rows = [
        (f"`{each.real}`", f"`{each.commit}`" if each.commit else "", str(each.files or ""), each.verdict)
        for each in outcomes
    ]
    return table(("template", "commit", "files", "beside cookiecutter"), rows)


if __name__ == "__main__":
    wanted = [each for each in TEMPLATES if not sys.argv[1:] or each.name in sys.argv[1:]]
    found = []
    for real in wanted:
        with tempfile.TemporaryDirectory(prefix="real-template-") as name:
            found.append(compared(real, Path(name)))
            sys.stdout.write(f"{found[-1].real}: {found[-1].verdict}\n")
            sys.stdout.flush()
    if len(found) == len(TEMPLATES):
        PAGE.write_text(with_part(PAGE.read_text("utf-8"), PART, table_of(found)), "utf-8")

"""Where a template is: a folder, a zip file, or a repository on the network, which has to be trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from cookiecutter.config import BUILTIN_ABBREVIATIONS
from cookiecutter.repository import expand_abbreviations, is_repo_url, is_zip_file
from msgspec import Struct

from blueprint.cookiecutting.faults import TemplateFault
from blueprint.errors import MachineError, Problem, UsageError

CONTEXT = "cookiecutter.json"
_LARGEST = 200 * 1024 * 1024
_SECONDS = 300


class Source(Struct, frozen=True):
    """A template on this disk: its folder, and the commit that it is at, if it was fetched."""

    folder: Path
    commit: str | None = None


def needs_network(template: str) -> bool:
    """Whether the template is not on this disk."""
    return not Path(template).exists() and is_repo_url(_url(template))


def open_source(template: str, checkout: str | None, scratch: Path) -> Source:
    """The template, with anything that has to be fetched or unpacked put into the folder `scratch`.

    Raises UsageError where there is no such template, TemplateFault for a damaged one, MachineError where it
    cannot be fetched.
    """
    if needs_network(template):
        source = _fetched(_url(template), checkout, scratch / "template")
    elif checkout is not None:
        raise UsageError(Problem("usage", "--checkout is for repositories on the network", "leave it out"))
    elif is_zip_file(template) and Path(template).is_file():
        source = Source(_unpacked(Path(template), scratch / "template"))
    else:
        source = Source(Path(template).expanduser().resolve())
    if not (source.folder / CONTEXT).is_file():
        hint = f"--template takes a folder with a {CONTEXT}, a zip file of one, or gh:OWNER/REPOSITORY"
        raise UsageError(Problem("no-template", f"there is no template {template}", hint))
    return source


def _url(template: str) -> str:
    return expand_abbreviations(template, BUILTIN_ABBREVIATIONS).removeprefix("git+")


def _fetched(url: str, checkout: str | None, into: Path) -> Source:
    if shutil.which("git") is None:
        raise MachineError(Problem("no-git", "a template on the network needs git", "install git"))
    if (checkout or "").startswith("-"):
        raise UsageError(Problem("usage", "--checkout takes a tag, a branch or a commit", "--checkout v1"))
    _git(url, "clone", "--quiet", "--", url, str(into))
    if checkout:
        _git(url, "-C", str(into), "checkout", "--quiet", checkout, "--")
    return Source(into, _git(url, "-C", str(into), "rev-parse", "HEAD"))


def _git(url: str, *arguments: str) -> str:
    """What git prints. It asks nobody for a password."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        hint = "see whether the network is there"
        raise MachineError(
            Problem("not-fetched", "fetching the template takes too long", hint, url)
        ) from None
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("fatal: ")), done.stderr)
        message = f"the template was not fetched: {reason.removeprefix('fatal: ').strip()}"
        raise MachineError(Problem("not-fetched", message, f"try it: git clone {url}", url))
    return done.stdout.strip()


def _unpacked(file: Path, into: Path) -> Path:
    """The folder that holds the template; zip files of repositories have all of it in one folder."""
    try:
        with ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                message = f"the template unpacks to more than {_LARGEST >> 20} MiB"
                raise TemplateFault(Problem("too-large", message, "is this the right file?", str(file)))
            archive.extractall(into)
    except (BadZipFile, RuntimeError, NotImplementedError) as error:
        hint = "is it whole, and without a password?"
        raise TemplateFault(
            Problem("bad-zip", "this zip file cannot be unpacked", hint, str(file))
        ) from error
    inside = [entry for entry in into.iterdir() if entry.is_dir()] if into.is_dir() else []
    return inside[0] if len(inside) == 1 and not (into / CONTEXT).exists() else into

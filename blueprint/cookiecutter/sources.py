"""Where a template is: a folder, a zip file, or a repository on the network, which has to be trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from cookiecutter.config import BUILTIN_ABBREVIATIONS
from cookiecutter.repository import expand_abbreviations, is_repo_url, is_zip_file
from msgspec import Struct
from msgspec.structs import replace

from blueprint.cookiecutter.archives import ADDRESSES, download, unpacked
from blueprint.errors import MachineError, Problem, UsageError
from blueprint.spec.names import shown

CONTEXT = "cookiecutter.json"
_SECONDS = 300


class Source(Struct, frozen=True):
    """A template on this disk: its folder, and the commit that it is at, if it was fetched."""

    folder: Path
    commit: str | None = None


def needs_network(template: str) -> bool:
    """Whether the template is not on this disk."""
    return not Path(template).exists() and is_repo_url(_url(template))


def open_source(
    template: str, checkout: str | None, directory: str | None, scratch: Path, *, ask: bool = False
) -> Source:
    """The template, with anything that has to be fetched or unpacked put into the folder `scratch`.

    `directory` is the folder inside of it that is meant. With `ask`, somebody at the terminal is asked for a
    password that it needs and that the environment does not have.
    Raises UsageError where there is no such template, TemplateFault for a damaged one, MachineError where it
    cannot be fetched.
    """
    if needs_network(template) and is_zip_file(template) and template.startswith(ADDRESSES):
        _refuse_checkout(checkout)
        source = Source(unpacked(download(template), template, scratch / "template", ask=ask))
    elif needs_network(template):
        source = _fetched(_url(template), checkout, scratch / "template")
    elif is_zip_file(template) and Path(template).is_file():
        _refuse_checkout(checkout)
        source = Source(unpacked(Path(template), template, scratch / "template", ask=ask))
    else:
        _refuse_checkout(checkout)
        source = Source(Path(template).expanduser().resolve())
    if directory is not None:
        source = replace(source, folder=_inside(source.folder, directory))
    if not (source.folder / CONTEXT).is_file():
        hint = f"--template takes a folder with a {CONTEXT}, a zip file of one, or gh:OWNER/REPOSITORY"
        named = template if directory is None else f"{template} with --directory {directory}"
        raise UsageError(Problem("no-template", f"there is no template {named}", hint))
    return source


def _refuse_checkout(checkout: str | None) -> None:
    if checkout is not None:
        raise UsageError(Problem("usage", "--checkout is for repositories on the network", "leave it out"))


def _inside(folder: Path, directory: str) -> Path:
    found = (folder / directory).resolve()
    if not found.is_relative_to(folder.resolve()):
        message = f"--directory is a folder inside of the template, not {shown(directory)}"
        raise UsageError(Problem("usage", message, "--directory templates/api"))
    return found


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

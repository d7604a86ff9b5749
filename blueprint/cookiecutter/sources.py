"""Locate a template: a folder, a zip file, or a repository on the network, which requires trust."""

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
    """A local template: its folder, and its commit if it was fetched."""

    folder: Path
    commit: str | None = None


def needs_network(template: str) -> bool:
    """Whether the template is not a local file or folder."""
    return not Path(template).exists() and is_repo_url(_url(template))


def open_source(
    template: str, checkout: str | None, directory: str | None, scratch: Path, *, ask: bool = False
) -> Source:
    """The template, fetched or unpacked into the folder `scratch` if necessary.

    `directory` is its folder in the repository. With `ask`, a missing password is requested in the terminal.
    Raises UsageError if there is no such template, TemplateFault for a damaged one, MachineError if it cannot
    be fetched.
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
        raise UsageError(Problem("no-template", f"the template {named} does not exist", hint))
    return source


def _refuse_checkout(checkout: str | None) -> None:
    if checkout is not None:
        raise UsageError(Problem("usage", "--checkout is for repositories on the network", "remove it"))


def _inside(folder: Path, directory: str) -> Path:
    target = (folder / directory).resolve()
    if not target.is_relative_to(folder.resolve()):
        message = f"--directory is a folder inside of the template, not {shown(directory)}"
        raise UsageError(Problem("usage", message, "--directory templates/api"))
    return target


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
    """The output of git, which never prompts for a password."""
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
        hint = "check your network connection"
        raise MachineError(
            Problem("not-fetched", "fetching the template takes too long", hint, url)
        ) from None
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("fatal: ")), done.stderr)
        message = f"the template was not fetched: {reason.removeprefix('fatal: ').strip()}"
        raise MachineError(Problem("not-fetched", message, f"try: git clone {url}", url))
    return done.stdout.strip()

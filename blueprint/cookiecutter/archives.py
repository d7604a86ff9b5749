"""Download and unpack zip files with a template, within limits, also with a password."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from zipfile import BadZipFile, ZipFile, ZipInfo

from blueprint.cookiecutter.model import LARGEST, MOST, TemplateFault
from blueprint.disk.folder import Folder, make_folders, open_folder
from blueprint.errors import MachineError, Problem, UsageError

PASSWORD = "COOKIECUTTER_REPO_PASSWORD"  # noqa: S105 the variable that cookiecutter itself reads
ADDRESSES = ("https://", "http://", "file://")
"""Prefixes of zip files on the network; git fetches all other addresses."""
_CONTEXT = "cookiecutter.json"
_SECONDS = 60
_CHUNK = 1 << 20
_ENCRYPTED = 1
_NO_ARCHIVE = (BadZipFile, RuntimeError, NotImplementedError, ValueError, zlib.error)
_MEETING_NAMES = (
    NotADirectoryError,
    IsADirectoryError,
    FileExistsError,
)  # a file and a folder with the same name


def download(url: str) -> BytesIO:
    """Download from one of the `ADDRESSES`. Raises MachineError, or TemplateFault if it is too large."""
    content = BytesIO()
    try:
        # The caller has checked the scheme, and urllib follows no redirects to files.
        with urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310
            while chunk := answer.read(_CHUNK):
                content.write(chunk)
                if content.tell() > LARGEST:
                    message = f"the template is larger than {LARGEST >> 20} MiB"
                    raise TemplateFault(
                        Problem("too-large", message, "check that this is the right file", url)
                    )
        return content
    except HTTPError as error:
        error.close()
        raise _not_fetched(url, f"the server answers {error.code} {error.reason}") from error
    except (URLError, TimeoutError, ConnectionError, ValueError) as error:
        raise _not_fetched(url, str(getattr(error, "reason", "") or error)) from error


def _not_fetched(url: str, reason: str) -> MachineError:
    message = f"the template was not fetched: {' '.join(reason.split())}"
    return MachineError(Problem("not-fetched", message, f"try: curl -fLO {url}", url))


def unpacked(file: Path | BytesIO, template: str, into: Path, *, ask: bool) -> Path:
    """The folder with the template; zip files of repositories contain a single top-level folder.

    Raises TemplateFault for a file that cannot be unpacked, UsageError for a wrong password.
    """
    try:
        with ZipFile(file) as archive:
            _refuse_too_much(archive, template)
            _unlock(archive, template, ask=ask)
            make_folders(into)
            with open_folder(into) as folder:
                for entry in archive.infolist():
                    _unpack(archive, entry, folder)
    except (*_NO_ARCHIVE, *_MEETING_NAMES) as error:
        hint = "check that it is complete and uses standard compression"
        raise TemplateFault(Problem("bad-zip", "this zip file cannot be unpacked", hint, template)) from error
    inside = [entry for entry in into.iterdir() if entry.is_dir()] if into.is_dir() else []
    return inside[0] if len(inside) == 1 and not (into / _CONTEXT).exists() else into


def _unlock(archive: ZipFile, template: str, *, ask: bool) -> None:
    locked = [entry for entry in archive.infolist() if entry.flag_bits & _ENCRYPTED]
    if not locked:
        return
    password = os.environ.get(PASSWORD)
    if password is None and ask:
        from cookiecutter.prompt import read_repo_password

        password = read_repo_password("Password of the zip file")
    if password is None:
        raise UsageError(
            Problem("zip-password", "this zip file needs a password", f"set {PASSWORD}", template)
        )
    archive.setpassword(password.encode())
    if not _is_open(archive, locked):
        raise UsageError(
            Problem("zip-password", "the password of this zip file is wrong", f"set {PASSWORD}", template)
        )


def _is_open(archive: ZipFile, locked: Iterable[ZipInfo]) -> bool:
    """Whether the password is right, checked on the smallest file."""
    try:
        archive.read(min(locked, key=lambda entry: entry.file_size))
    except NotImplementedError:
        raise
    except (RuntimeError, BadZipFile, zlib.error):
        return False
    return True


def _unpack(archive: ZipFile, entry: ZipInfo, folder: Folder) -> None:
    """Unpack a file or a folder; a link becomes a file with its target."""
    above, _, name = entry.filename.rpartition("/")
    with folder.made(above) as parent:
        if name:
            parent.replace(name, archive.read(entry), lasting=False)


def _refuse_too_much(archive: ZipFile, template: str) -> None:
    """Raise TemplateFault before anything is unpacked. No file can exceed its declared size."""
    entries = archive.infolist()
    much = {
        f"{LARGEST >> 20} MiB": sum(entry.file_size for entry in entries) > LARGEST,
        f"{MOST:,} files": sum(entry.filename.count("/") + 1 for entry in entries) > MOST,
    }
    for limit, is_over in much.items():
        if is_over:
            message = f"the template unpacks to more than {limit}"
            raise TemplateFault(Problem("too-large", message, "check that this is the right file", template))

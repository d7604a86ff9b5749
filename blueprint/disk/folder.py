"""Operations in an open folder."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_LINKED = (errno.ENOTDIR, errno.ELOOP, errno.EMLINK)  # error numbers for a link that must not be followed
_ABSENT = (FileNotFoundError, NotADirectoryError)

Times = tuple[int, int]
"""Access and modification time in nanoseconds."""


class Folder:
    """A folder by its descriptor; `path` is for messages and other programs.

    Paths are relative to it, with `/` between names; "" is the folder itself. Each name on the way is opened
    from the one before. Every method raises LinkInTheWay where one is a link, ValueError for a path that
    leads out, and OSError.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    @contextmanager
    def inside(self, path: str) -> Iterator[Folder]:
        """A folder in this one."""
        with self._opened(_names(path)) as descriptor:
            yield Folder(self.path / path, descriptor)

    @contextmanager
    def made(self, path: str, *, mode: int = 0o777) -> Iterator[Folder]:
        """The same, created with its parents if missing; `mode` is subject to the umask."""
        with self._opened(_names(path), make=mode) as descriptor:
            yield Folder(self.path / path, descriptor)

    def status(self, path: str) -> os.stat_result | None:
        """The status of a file, a folder or the link itself; None if missing."""
        try:
            with self._parent(path) as (above, name):
                return os.stat(name, dir_fd=above, follow_symlinks=False)
        except _ABSENT:
            return None

    def names(self, path: str = "") -> list[str]:
        """The sorted names in a folder."""
        with self._opened(_names(path)) as descriptor:
            return sorted(entry.name for entry in os.scandir(descriptor))

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with os.fdopen(self.open(path, os.O_RDONLY), "rb") as file:
            return file.read()

    def target(self, path: str) -> bytes:
        """The target of a link, unresolved."""
        with self._parent(path) as (above, name):
            return os.fsencode(os.readlink(name, dir_fd=above))

    def open(self, path: str, flags: int, mode: int = 0o666) -> int:
        """The descriptor of a file, which the caller closes."""
        with self._parent(path) as (above, name):
            try:
                return os.open(name, flags | os.O_NOFOLLOW, mode, dir_fd=above)
            except OSError as error:
                raise self._named(error, path, above, name) from None

    def make(self, path: str, mode: int = 0o777) -> None:
        """Create a folder in an existing one."""
        with self._parent(path) as (above, name):
            os.mkdir(name, mode, dir_fd=above)

    def create(
        self,
        path: str,
        content: bytes,
        *,
        mode: int = 0o666,
        bits: int | None = None,
        times: Times | None = None,
    ) -> None:
        """A new file, of which the system starts the write-out.

        `mode` is what the umask is taken off, `bits` what the permissions are in any case.
        """
        file = self.open(path, _NEW, mode if bits is None else bits & 0o700 | 0o200)
        try:
            _write(file, content)
            if bits is not None:
                os.fchmod(file, bits)
            if times is not None:
                os.utime(file, ns=times)
            _start_write_out(file)
        finally:
            os.close(file)

    def replace(self, path: str, content: bytes, *, bits: int | None = None, lasting: bool = True) -> None:
        """Write the complete file atomically; a link in its place is replaced itself.

        `bits` are those of the file that was there, else of a new one, if not given. With `lasting` it
        outlives a power cut.
        """
        with self._parent(path) as (above, name):
            draft = f".{name[:40]}.{os.getpid()}.{os.urandom(4).hex()}"
            here = Folder(self.path / Path(path).parent, above)
            try:
                here.create(draft, content, bits=_bits_of(name, above) if bits is None else bits)
                if lasting:
                    here.flush(draft)
                os.rename(draft, name, src_dir_fd=above, dst_dir_fd=above)
            except BaseException:
                with suppress(OSError):
                    os.unlink(draft, dir_fd=above)
                raise
            if lasting:
                os.fsync(above)

    def link(self, path: str, target: str) -> None:
        """Create a link; the caller has checked its target, or it is the user's own."""
        with self._parent(path) as (above, name):
            os.symlink(target, name, dir_fd=above)

    def move(self, path: str, to: Folder, target: str) -> None:
        """Rename, replacing an existing file."""
        with self._parent(path) as (above, name), to._parent(target) as (below, new):
            os.rename(name, new, src_dir_fd=above, dst_dir_fd=below)

    def take_permissions(self, path: str, bits: int) -> None:
        """Remove these permission bits from a file, or from the folder itself."""
        self._with(path, lambda file: os.fchmod(file, stat.S_IMODE(os.fstat(file).st_mode) & ~bits))

    def remove_file(self, path: str) -> None:
        """Remove a file, or a link itself."""
        with self._parent(path) as (above, name):
            os.unlink(name, dir_fd=above)

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""
        with self._parent(path) as (above, name):
            os.rmdir(name, dir_fd=above)

    def remove_tree(self, path: str, *, ignore_errors: bool = False) -> None:
        """Remove a folder with its contents, without following links."""
        with self._opened(_names(path)):
            pass  # a folder, not a link
        with self._parent(path) as (above, name):
            shutil.rmtree(name, ignore_errors, dir_fd=above)

    def flush(self, path: str = "") -> None:
        """Make a file, or the names in a folder, survive a power failure."""
        self._with(path, os.fsync)

    def start_write_out(self, path: str) -> None:
        """Start writing to the disk without waiting."""
        self._with(path, _start_write_out)

    def _with(self, path: str, action: Callable[[int], None]) -> None:
        if not _names(path):
            action(self.descriptor)
            return
        file = self.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe without a reader
        try:
            action(file)
        finally:
            os.close(file)

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, str]]:
        """The parent folder of a path, and the name in it."""
        *above, name = _names(path) or [""]
        if not name:
            raise ValueError("this takes the path of something in the folder")
        with self._opened(above) as descriptor:
            yield descriptor, name

    @contextmanager
    def _opened(self, names: list[str], *, make: int | None = None) -> Iterator[int]:
        descriptor = self.descriptor
        try:
            for count, name in enumerate(names, 1):
                below = self._step(descriptor, names[:count], name, make=make)
                if descriptor != self.descriptor:
                    os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            if descriptor != self.descriptor:
                os.close(descriptor)

    def _step(self, above: int, names: list[str], name: str, *, make: int | None) -> int:
        if make is not None:
            with suppress(FileExistsError):
                os.mkdir(name, make, dir_fd=above)
        try:
            return os.open(name, _FOLDER, dir_fd=above)
        except OSError as error:
            raise self._named(error, "/".join(names), above, name) from None

    def _named(self, error: OSError, path: str, above: int, name: str) -> Exception:
        """LinkInTheWay if the error is about a link, otherwise the error itself."""
        if error.errno in _LINKED:
            with suppress(OSError):
                if stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
                    return LinkInTheWay(str(self.path / path))
        return error


@contextmanager
def open_folder(path: Path) -> Iterator[Folder]:
    """Open a folder named by the user: links in its path are trusted. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


def make_folders(path: Path) -> None:
    """Create a user's folder with its parents, as far as they are missing. Raises OSError."""
    path.mkdir(parents=True, exist_ok=True)


def stamp_of(status: os.stat_result) -> str:
    """A stamp that changes with the file, and is unique to it."""
    # Programs cannot set the time of the last status change of a file.
    return f"{status.st_ino} {status.st_ctime_ns} {status.st_size}"


def _names(path: str) -> list[str]:
    names = [name for name in path.split("/") if name not in ("", ".")]
    if path.startswith("/") or ".." in names:
        raise ValueError(f"not a path inside a folder: {path!r}")
    return names


def _bits_of(name: str, above: int) -> int:
    """The permission bits of the existing file, or those of a new one."""
    with suppress(FileNotFoundError):
        status = os.stat(name, dir_fd=above, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return status.st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _write(file: int, content: bytes) -> None:
    # One call is usually enough, and a stream would make unnecessary system calls.
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _start_write_out(file: int) -> None:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)

"""Tells which files were saved, from threads of its own."""

from __future__ import annotations

import os
import platform
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from watchfiles import Change
from watchfiles._rust_notify import RustNotify  # documented as "Rust backend direct usage"

_STEP = 20  # milliseconds without another change, until changes are reported
_LONGEST = 400  # milliseconds for which changes are collected
_POLL = 300  # milliseconds between two looks, where the system does not report changes
_AT_ONCE = 1  # milliseconds; 0 would wait without end

_IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "venv"})
_OWN_FOLDER = ".blueprint"
_ENVIRONMENT = "pyvenv.cfg"
_TEMPORARY = re.compile(r"^(?:\.#|#|flycheck_|4913$)|(?:~|#|\.sw[a-z]|\.tmp|\.py[cod]|___jb_\w+___)$")
_FORCE_POLLING = "WATCHFILES_FORCE_POLLING"
_NEGATIVE = ("false", "disable", "disabled")

OnSaved = Callable[[frozenset[Path]], None]
OnFailed = Callable[[str], None]


class Watcher:
    """Watches folders of a project, `deep` ones with all that is in them.

    A folder of a tool in a deep one, such as `node_modules`, is left out: a system allows a limited number of
    folders to watch. Deep and flat folders have a thread each, so that a log beside the code delays nothing.
    Both callbacks are called in these threads: one with files that were saved or deleted, the other with the
    reason why folders cannot be watched.
    """

    def __init__(
        self,
        project: Path,
        deep: Collection[Path],
        flat: Collection[Path],
        on_saved: OnSaved,
        on_failed: OnFailed,
    ) -> None:
        self._project = project
        self._deep = frozenset(deep)
        self._flat = frozenset(flat)
        self._on_saved = on_saved
        self._on_failed = on_failed
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, args=(find,), name="watch", daemon=True)
            for find, folders in ((self._deep_folders, self._deep), (self._flat_folders, self._flat))
            if folders
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """No callback is called once this has returned."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, find: Callable[[], Iterable[Path]]) -> None:
        try:
            notify = _notify(find())
            while isinstance(changes := notify.watch(_LONGEST, _STEP, 0, self._ended), set):
                saved = self._meant(changes)
                if any(self._is_new_folder(change) for change in changes):
                    former, notify = notify, _notify(find())
                    with former:
                        late = former.watch(_AT_ONCE, _AT_ONCE, _AT_ONCE, self._ended)
                    saved |= self._meant(late) if isinstance(late, set) else set()
                if saved:
                    self._on_saved(frozenset(saved))
        except (OSError, RuntimeError) as error:  # it is in Rust: what the system refuses may be either
            self._on_failed(str(error))

    def _flat_folders(self) -> Iterator[Path]:
        return (folder for folder in self._flat if folder.is_dir())

    def _deep_folders(self) -> Iterator[Path]:
        for folder in self._deep:
            yield from _folders_in(folder)

    def _is_new_folder(self, change: tuple[int, str]) -> bool:
        kind, path = change
        return kind == Change.added and self._is_deep(Path(path)) and Path(path).is_dir()

    def _is_deep(self, path: Path) -> bool:
        return self._is_meant(path) and any(path.is_relative_to(folder) for folder in self._deep)

    def _meant(self, changes: Collection[tuple[int, str]]) -> set[Path]:
        """Files that were saved or deleted; all that a new folder holds is new."""
        found = set()
        for change in changes:
            path = Path(change[1])
            if self._is_new_folder(change):
                found |= {file for folder in _folders_in(path) for file in _files_of(folder)}
            elif not path.is_dir():
                found.add(path)
        return {path for path in found if self._is_meant(path)}

    def _is_meant(self, path: Path) -> bool:
        """Not a temporary file of an editor, nor a folder of a tool, or in one."""
        *folders, name = path.relative_to(self._project).parts or ("",)
        is_ignored = any(_is_of_a_tool(each) and each != _OWN_FOLDER for each in folders)
        return not (is_ignored or name in _IGNORED_FOLDERS or _TEMPORARY.search(name))


def _notify(folders: Iterable[Path]) -> RustNotify:
    """Begins to watch them."""
    return RustNotify(sorted(map(str, folders)), False, _needs_polling(), _POLL, False, True)


def _folders_in(start: Path) -> Iterator[Path]:
    """The folder and those below it, without the folders of tools."""
    seen = set()
    for path, folders, files in os.walk(start, followlinks=True):
        place = os.path.realpath(path)
        if place in seen or _ENVIRONMENT in files:
            folders.clear()
            continue
        seen.add(place)
        folders[:] = [each for each in folders if not _is_of_a_tool(each)]
        yield Path(path)


def _files_of(folder: Path) -> set[Path]:
    try:
        return {each for each in folder.iterdir() if each.is_file()}
    except OSError:  # it has gone again
        return set()


def _is_of_a_tool(folder: str) -> bool:
    return folder.startswith(".") or folder in _IGNORED_FOLDERS


def _needs_polling() -> bool:
    """As watchfiles decides it: by its variable, else under WSL, which misses changes that Windows makes."""
    if wanted := os.environ.get(_FORCE_POLLING):
        return wanted.lower() not in _NEGATIVE
    return "microsoft-standard" in platform.uname().release

"""Tells which files were saved, from a thread of its own."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from watchfiles import Change, watch

_STEP = 20  # milliseconds without another change, until changes are told
_LONGEST = 400  # milliseconds for which changes are collected

_IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "venv"})
_OWN_FOLDER = ".blueprint"
_TEMPORARY = re.compile(r"^(?:\.#|#|flycheck_|4913$)|(?:~|#|\.sw[a-z]|\.tmp|\.py[cod]|___jb_\w+___)$")

OnSaved = Callable[[frozenset[Path]], None]
OnFailed = Callable[[str], None]


class Watcher:
    """Watches folders of a project, `deep` ones with all that is in them.

    Both callbacks are called in other threads: one with files that were saved or deleted, the other with the
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
        self._on_saved = on_saved
        self._on_failed = on_failed
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, args=(sorted(folders), recursive), name="watch", daemon=True)
            for folders, recursive in ((deep, True), (flat, False))
            if folders
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """No callback is called once this has returned."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, folders: Iterable[Path], recursive: bool) -> None:
        try:
            for changes in watch(
                *folders,
                watch_filter=self._is_meant,
                debounce=_LONGEST,
                step=_STEP,
                stop_event=self._ended,
                recursive=recursive,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._on_saved(frozenset(Path(path) for _, path in changes))
        except (OSError, RuntimeError) as error:  # it is in Rust: what the system refuses may be either
            self._on_failed(str(error))

    def _is_meant(self, _change: Change, path: str) -> bool:
        """Not a temporary file of an editor, nor in a folder of a tool."""
        *folders, name = Path(path).relative_to(self._project).parts or ("",)
        hidden = any(each.startswith(".") and each != _OWN_FOLDER for each in folders)
        return not (hidden or _IGNORED_FOLDERS & set(folders) or _TEMPORARY.search(name))

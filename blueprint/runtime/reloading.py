"""A saved file starts the processes anew that hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from blueprint.runtime.held_files import HeldFiles
from blueprint.runtime.launches import Launch
from blueprint.runtime.logs import Logs
from blueprint.runtime.supervisor import Supervisor
from blueprint.runtime.watching import Watcher

_SHOWN = 2


class Watched(Struct, frozen=True):
    """What is watched: the project, the folder of its modules, and files that are read at the start only."""

    project: Path
    source: Path | None
    settings: frozenset[Path]


class Reloader:
    """Watches from when it is made until it is closed. It needs a running event loop."""

    def __init__(
        self, watched: Watched, launches: Iterable[Launch], supervisor: Supervisor, logs: Logs
    ) -> None:
        self._watched = watched
        self._supervisor = supervisor
        self._logs = logs
        self._loop = asyncio.get_running_loop()
        self._saved: asyncio.Queue[frozenset[Path]] = asyncio.Queue()
        commands = {launch.name: launch.command for launch in launches}
        # While the processes start, which takes longer.
        reading = asyncio.to_thread(HeldFiles, watched.project, watched.source, commands)
        self._task = asyncio.create_task(self._follow(asyncio.create_task(reading)))
        self._watcher: Watcher | None = None

    async def close(self) -> None:
        """Stop watching."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.close)

    async def _follow(self, reading: asyncio.Task[HeldFiles]) -> None:
        held = await reading
        source = self._watched.source
        deep = {source} if source is not None and source.is_dir() else set[Path]()
        flat = {self._watched.project, *(file.parent for file in self._watched.settings), *held.folders}
        self._watcher = Watcher(
            self._watched.project,
            deep,
            {folder for folder in flat if folder.is_dir()} - deep,
            lambda files: self._in_loop(lambda: self._saved.put_nowait(files)),
            lambda reason: self._in_loop(lambda: self._cannot_watch(reason)),
        )
        while True:
            self._replace(await self._saved.get(), held)

    def _replace(self, files: frozenset[Path], held: HeldFiles) -> None:
        names = held.holders(files)
        if any(self._is_source(file) for file in files):
            names |= self._supervisor.not_starting
        if names:
            self._logs.note(f"{self._shown(files)} saved, restarting {', '.join(sorted(names))}")
            self._supervisor.restart(names)
        if settings := files & self._watched.settings:
            self._logs.note(f"{self._shown(settings)} changed: stop and start again to use it")

    def _is_source(self, file: Path) -> bool:
        """A process that does not start may lack a file that no process holds."""
        return self._watched.source is not None and file.is_relative_to(self._watched.source)

    def _shown(self, files: frozenset[Path]) -> str:
        if len(files) > _SHOWN:
            return f"{len(files)} files"
        return ", ".join(sorted(file.relative_to(self._watched.project).as_posix() for file in files))

    def _cannot_watch(self, reason: str) -> None:
        self._logs.note(f"saved files restart nothing, since the folders cannot be watched: {reason}")
        self._logs.note("on Linux, raise fs.inotify.max_user_watches, or run with --no-watch")

    def _in_loop(self, call: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(call)

"""The project of `specs/routes.yaml`, with code in the functions that it begins with."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from blueprint.cli.main import run
from tests.conftest import copy_of
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop

UPLOADS = "var/uploads"
_IMPORTS = "from fastapi import APIRouter, HTTPException"
_BODY = """\
async def post_media_import(request: Request) -> dict[str, int]:
    return {"size": await save_body(request, UPLOADS / uuid4().hex)}
"""
_FORM = """\
async def post_uploads_name(name: str, file: UploadFile) -> dict[str, int]:
    return {"size": await save_file(file, UPLOADS / name)}
"""
_FEED = """\
async def ws_feed(socket: WebSocket, db: Db) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        found = await stories.page(db, Cursor())
        await socket.send_text(f"{text}: {len(found.items)}")
"""
_COMMENTS = """\
async def ws_stories_id_comments(socket: WebSocket, id: str) -> None:
    if id == "closed":
        raise HTTPException(401, "A valid bearer token is required.")
    await socket.accept()
    while id != "short":
        await asyncio.sleep(0.05)
        await socket.send_text(id)
"""
_CANCEL = "      cancel: {in: {reason: str}}\n"
_LOGGED_IN = """

@router.websocket("/orders/feed")
async def feed(socket: WebSocket, user_id: CurrentUser) -> None:
    await socket.accept()
    await socket.send_text(user_id)
    await socket.receive()
"""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A project in this folder, and the Python of its environment."""

    folder: Path
    python: str

    @classmethod
    def make(cls, pattern: str, workshop: Workshop, folder: Path) -> Newsroom:
        """A copy with code for uploads and WebSockets."""
        copy_of(workshop.startable(Recipe("routes", pattern)), folder)
        src = folder / "src/newsroom"
        _give_code(src / "media/api.py", {"post_media_import": _BODY, "post_uploads_name": _FORM})
        _give_code(src / "stories/api.py", {"ws_feed": _FEED, "ws_stories_id_comments": _COMMENTS})
        return cls(folder, str(folder / ".blueprint/venv/bin/python"))

    def uploads(self) -> list[Path]:
        """All that lies in the folder of uploads."""
        return sorted((self.folder / UPLOADS).glob("*")) + sorted((self.folder / UPLOADS).glob(".*"))

    def connect(self, *words: str) -> subprocess.Popen[str]:
        """A client of WebSockets, in the environment of the project: see `client.txt`."""
        client = Path(__file__).with_name("client.txt")
        return subprocess.Popen(
            [self.python, str(client), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @classmethod
    def shop(cls, pattern: str, auth: str, workshop: Workshop, folder: Path) -> Newsroom:
        """The shop of the preset, with a WebSocket for those who are logged in."""
        choices = ("--preset", "e-commerce", "-p", pattern, "--auth", auth)
        assert run(["new", folder.name, *choices, "-o", str(folder)]) == 0
        spec = folder / "blueprint.yaml"
        text = spec.read_text()
        assert _CANCEL in text
        spec.write_text(text.replace(_CANCEL, f"{_CANCEL}    routes: {{WS /orders/feed: {{}}}}\n", 1))
        assert run(["sync", str(folder)]) == 0
        api = folder / "src/shop/orders/api.py"
        imports = api.read_text().replace(_IMPORTS, f"{_IMPORTS}, WebSocket", 1)
        api.write_text(f"{imports}{_LOGGED_IN}")
        python = workshop.python(folder)
        (folder / ".blueprint/venv").symlink_to(Path(python).parents[1], target_is_directory=True)
        return cls(folder, python)


def _give_code(api: Path, functions: dict[str, str]) -> None:
    text = api.read_text()
    imports = f"""\
import asyncio
from pathlib import Path
from uuid import uuid4

{_IMPORTS}, Request, UploadFile, WebSocket
from newsroom.platform.http.pages import Cursor
from newsroom.platform.http.uploads import save_body, save_file
"""
    text = re.sub(rf"{_IMPORTS}[^\n]*\n", imports, text, count=1)
    for name, code in functions.items():
        text, count = re.subn(rf"async def {name}\(.*?\n(?=\n|\Z)", code, text, count=1, flags=re.DOTALL)
        assert count == 1, name
    text = text.replace("router = APIRouter", f'UPLOADS = Path("{UPLOADS}")\n\nrouter = APIRouter', 1)
    api.write_text(text)

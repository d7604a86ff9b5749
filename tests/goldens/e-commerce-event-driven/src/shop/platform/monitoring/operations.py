"""What operators ask a process: whether it is well, what it does, and what it could not do."""

import secrets
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shop.platform.http.problems import problem
from shop.platform.http.web import Db, ThisProcess
from shop.platform.storage.database import Database

health = APIRouter(include_in_schema=False)


@health.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@health.get("/readyz")
async def readyz(request: Request, process: ThisProcess) -> Response:
    """A broker that is down does not count: requests can be accepted without it."""
    if request.app.state.drain.begun:
        return problem(503, "Not ready: it is about to end.")
    missing = [type(loop).__name__ for loop in process.loops if not loop.alive]
    try:
        await process.database.one("SELECT 1")
    except Exception:  # whatever the driver raises, the answer is the same
        missing.append("database")
    if missing:
        return problem(503, f"Not ready: {', '.join(missing)}.")
    return JSONResponse({"status": "ok"})


@health.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _for_operators(request: Request, process: ThisProcess) -> None:
    sent = request.headers.get("authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {process.operator_token}".encode()):
        raise HTTPException(401, "The operator's token is needed.", {"WWW-Authenticate": "Bearer"})


dead_letters = APIRouter(
    prefix="/internal/dead-letters", include_in_schema=False, dependencies=[Depends(_for_operators)]
)


@dead_letters.get("")
async def browse(db: Db) -> dict[str, list[dict[str, Any]]]:
    return {"items": [dict(row) for row in await db.all("SELECT * FROM _tasks WHERE status = 'dead' ORDER BY seq")]}


@dead_letters.post("/{id}/replay", status_code=204)
async def replay(id: str, db: Db) -> None:
    await _settle(db, id, "waiting")


@dead_letters.post("/{id}/skip", status_code=204)
async def skip(id: str, db: Db) -> None:
    """Give it up, and let its key go on."""
    await _settle(db, id, "done")


async def _settle(db: Database, id: str, status: str) -> None:
    """The next sweep goes on with the key."""
    async with db.begin() as tx:
        sql = "UPDATE _tasks SET status = :status, attempts = 0, due = 0 WHERE id = :id AND status = 'dead'"
        if not await tx.execute(sql, status=status, id=id):
            raise HTTPException(404, "No such dead letter.")

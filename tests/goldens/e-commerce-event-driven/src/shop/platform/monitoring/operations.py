"""Routes for operators: health checks, metrics and dead letters."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shop.platform.http.problems import problem
from shop.platform.http.web import Db, ThisProcess
from shop.platform.monitoring.records import END, SOURCES, Page
from shop.platform.storage.database import Database

health = APIRouter(include_in_schema=False)


@health.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@health.get("/readyz")
async def readyz(request: Request, process: ThisProcess, checked_by: Annotated[str, Header()] = "") -> Response:
    """Report whether the process is ready.

    Load balancers and registries, which name themselves in `Checked-By`, only learn whether it accepts requests. It
    does so without a broker, and before they know it.
    """
    state = request.app.state
    if state.drain.begun:
        return problem(503, "Not ready: shutting down.")
    missing = [type(loop).__name__ for loop in process.loops if not loop.alive]
    try:
        await process.database.one("SELECT 1")
    except Exception:  # whatever the driver raises, the answer is the same
        missing.append("database")
    state.routed = state.routed or (checked_by == "haproxy" and not missing)
    if not checked_by:
        missing += filter(None, (loop.obstacle(state.routed) for loop in process.loops))
    if missing:
        return problem(503, f"Not ready: {', '.join(missing)}.")
    return JSONResponse({"status": "ok"})


@health.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _for_operators(request: Request, process: ThisProcess) -> None:
    sent = request.headers.get("authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {process.operator_token}".encode()):
        raise HTTPException(401, "A valid operator token is required.", {"WWW-Authenticate": "Bearer"})


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
    """Discard the task, so that later tasks of its key can run."""
    await _settle(db, id, "done")


async def _settle(db: Database, id: str, status: str) -> None:
    """Set the status of a dead task. The next sweep continues with its key."""
    async with db.begin() as tx:
        sql = "UPDATE _tasks SET status = :status, attempts = 0, due = 0 WHERE id = :id AND status = 'dead'"
        if not await tx.execute(sql, status=status, id=id):
            raise HTTPException(404, "No such dead letter.")


records = APIRouter(prefix="/internal/records", include_in_schema=False, dependencies=[Depends(_for_operators)])


@records.get("")
async def sources(process: ThisProcess) -> dict[str, Any]:
    return {"process": process.name, "sources": list(SOURCES)}


@records.get("/{source}")
async def browse_records(
    source: str,
    db: Db,
    before: Annotated[int, Query(ge=0, le=END)] = END,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page:
    if source not in SOURCES:
        raise HTTPException(404, "No such source.")
    return await SOURCES[source](db, before, limit)

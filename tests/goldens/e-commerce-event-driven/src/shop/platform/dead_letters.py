"""What the broker and this service cannot pass to each other is kept with the tasks that failed for good."""

import json
import time
from typing import Any

import structlog

from shop.platform import telemetry
from shop.platform.database import Tx, insert

log = structlog.get_logger()


async def bury(tx: Tx, handler: str, id: str, body: dict[str, Any], error: str) -> None:
    """Keep it for an operator, once. It holds up nothing, since its key is its own."""
    now = time.time()
    row = {"id": id, "handler": handler, "key": f"{handler}:{id}", "body": json.dumps(body), "error": error}
    times = {"traceparent": telemetry.traceparent(), "due": now, "added": now}
    await insert(tx, "tasks", {**row, **times, "status": "dead"}, "ON CONFLICT DO NOTHING")
    telemetry.TASKS.labels(handler, "dead").inc()
    log.error("not passed on", handler=handler, id=id, error=error)

"""Prints the OpenAPI document of all services together.

`PYTHONPATH=src python -m depot.entrypoints.openapi > docs/openapi.json`
"""

import json
from typing import Any

from fastapi import FastAPI

from depot import drivers, messages, pricing, trips, vehicles

SERVICES = (trips.service, drivers.service, vehicles.service, pricing.service, messages.service)


def document() -> dict[str, Any]:
    app = FastAPI(title="depot", version="0.1.0")
    for service in SERVICES:
        app.include_router(service.router)
    return app.openapi()


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))

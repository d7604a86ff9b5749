"""Prints the OpenAPI document of all services together. `blueprint openapi` writes it to docs/openapi.json."""

import json
from typing import Any

from depot import drivers, messages, pricing, trips, vehicles
from depot.platform.http.openapi import DocumentedAPI

SERVICES = (trips.service, drivers.service, vehicles.service, pricing.service, messages.service)


def document() -> dict[str, Any]:
    app = DocumentedAPI(title="Depot", version="0.1.0")
    for service in SERVICES:
        app.include_router(service.router)
    return app.openapi()


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))

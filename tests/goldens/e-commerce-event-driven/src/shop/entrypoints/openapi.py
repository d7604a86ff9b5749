"""Prints the OpenAPI document of all services together.

`PYTHONPATH=src python -m shop.entrypoints.openapi > docs/openapi.json`
"""

import json
from typing import Any

from fastapi import FastAPI

from shop import orders, payments, products, users

SERVICES = (users.service, products.service, orders.service, payments.service)


def document() -> dict[str, Any]:
    app = FastAPI(title="shop", version="0.1.0")
    for service in SERVICES:
        app.include_router(service.router)
    return app.openapi()


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))

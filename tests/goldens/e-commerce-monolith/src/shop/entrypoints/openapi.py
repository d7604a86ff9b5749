"""Prints the OpenAPI document of all services together. `blueprint openapi` writes it to docs/openapi.json."""

import json
from typing import Any

from shop import orders, payments, products, users
from shop.platform.http.openapi import DocumentedAPI

SERVICES = (users.service, products.service, orders.service, payments.service)


def document() -> dict[str, Any]:
    app = DocumentedAPI(title="Shop", version="0.1.0")
    for service in SERVICES:
        app.include_router(service.router)
    return app.openapi()


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))

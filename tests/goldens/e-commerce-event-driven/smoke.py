"""Smoke test: register, add a product, order it. `python smoke.py URL`"""

import json
import sys
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4


def call(method: str, url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    """Return the response. Exit with it if it is an error."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        sys.exit(f"smoke test failed: {method} {url} answered {error.code}\n{error.read().decode()}")


def main(base: str) -> None:
    credentials = {"email": f"ada-{uuid4().hex[:8]}@example.com", "password": uuid4().hex}
    user = call("POST", f"{base}/users", {**credentials, "name": "Ada"})
    print(f"registered   {user['email']}")
    token = call("POST", f"{base}/login", credentials)["access_token"]
    product = call("POST", f"{base}/products", {"name": "Lamp", "price": 4900, "stock": 10}, token)
    print(f"in stock     {product['stock']} x {product['name']}")
    new_order = {"items": [{"product_id": product["id"], "quantity": 2}], "payment_method": "card"}
    order = call("POST", f"{base}/orders", new_order, token)
    print(f"ordered      {order['id']}: {order['status']}")
    deadline = time.monotonic() + 30
    while order["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.05)
        order = call("GET", f"{base}/orders/{order['id']}", token=token)
    for payment in call("GET", f"{base}/payments?order_id={order['id']}", token=token)["items"]:
        print(f"paid         {payment['amount']} cents: {payment['status']}")
    left = call("GET", f"{base}/products/{product['id']}")["stock"]
    print(f"finished     {order['status']}, {order['total']} cents, {left} left in stock")
    if order["status"] != "confirmed" or left != 8:
        sys.exit("smoke test failed: the order should be confirmed, with 8 lamps left")


if __name__ == "__main__":
    main(sys.argv[1])

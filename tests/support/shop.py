"""A client of the shop, as one of its users would write it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from threading import Barrier
from typing import Any, TypeVar

import httpx

from tests.support.system import eventually

FINAL_SECONDS = 30.0
_DISCOVERY = "/.well-known/openid-configuration"
AGAIN = {409, 502, 503, 504}
"""Answers after which a request with an idempotency key is worth another try."""
HASH_MARKS = ("$argon2", "$scrypt", "$2a$", "$2b$", "$2y$", "pbkdf2", "password_hash", "passwordHash")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    price: int
    stock: int


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    status: str
    items: Sequence[Mapping[str, Any]]
    total: int | None
    reason: str | None
    created_at: str

    @property
    def is_final(self) -> bool:
        return self.status != "pending"

    @property
    def quantities(self) -> dict[str, int]:
        """Product id → quantity, lines of one product added up."""
        found: dict[str, int] = {}
        for line in self.items:
            found[line["product_id"]] = found.get(line["product_id"], 0) + line["quantity"]
        return found


@dataclass(frozen=True, slots=True)
class Payment:
    id: str
    order_id: str
    amount: int
    status: str


Shown = TypeVar("Shown", Product, Order, Payment)


def read(kind: type[Shown], answer: Mapping[str, Any]) -> Shown:
    """What the contract promises of an answer; an edited shop may tell more."""
    missing = {part.name for part in fields(kind)} - answer.keys()
    assert not missing, f"{kind.__name__} without {missing}: {answer}"
    return kind(**{part.name: answer[part.name] for part in fields(kind)})


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as one caller sees it: nobody yet, or the user whose `token` goes along with every request.

    `provider` is the address of the OpenID provider for development, if one gives out the tokens.

    All callers share one connection pool. No answer that passes through here may hold a password or a hash.
    """

    http: httpx.Client
    passwords: set[str]
    token: str | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    provider: str = ""

    def request(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Any request, with this caller's token unless `headers` brings another one."""
        headers = httpx.Headers(parts.pop("headers", None))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if path.startswith("//"):  # httpx would read a host
            path = str(self.http.base_url).rstrip("/") + path
        return self.http.request(method, path, headers=headers, **parts)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("POST", path, json=body, headers=headers)

    def user_form(self, **changes: Any) -> dict[str, Any]:
        """A body for `POST /users` that nobody sent before."""
        form = {"email": f"{unique()}@example.com", "name": "Ada", "password": f"pw-{unique()}", **changes}
        if isinstance(form["password"], str) and form["password"]:
            self.passwords.add(form["password"])
        return form

    def register(self, **changes: str) -> Shop:
        """The shop as a new user sees it who has just logged in."""
        form = self.user_form(**changes)
        if self.provider:
            asked = {**form, "username": unique()}
            token = str(ok(self.http.post(f"{self.provider}/token", data=asked))["access_token"])
            return replace(self, token=token, form=form, id=asked["username"])
        user = created(self.post("/users", form))
        return replace(self, token=self.login(form), form=form, id=user["id"])

    def login(self, form: Mapping[str, str]) -> str:
        return str(ok(self.try_login(form))["access_token"])

    def try_login(self, form: Mapping[str, str]) -> httpx.Response:
        return self.post("/login", {"email": form["email"], "password": form["password"]})

    def with_token(self, token: str | None) -> Shop:
        return replace(self, token=token)

    def product(self, price: int = 500, stock: int = 100, name: str = "Kettle") -> Product:
        """A new product; the caller must be logged in."""
        return read(Product, created(self.post("/products", {"name": name, "price": price, "stock": stock})))

    def stock_of(self, product: Product) -> int:
        return int(ok(self.get(f"/products/{product.id}"))["stock"])

    def order(self, *lines: tuple[Product, int], card: str = "card", key: str | None = None) -> Order:
        """Places an order and returns it as the first answer shows it."""
        return read(Order, created(self.try_order(*lines, card=card, key=key)))

    def try_order(
        self, *lines: tuple[Product, int], card: str = "card", key: str | None = None
    ) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.post("/orders", order_form(*lines, card=card), headers)

    def order_until_answered(
        self, *lines: tuple[Product, int], card: str = "card", within: float = 60.0
    ) -> Order:
        """Places one order, under one key, again and again until there is an answer: 201."""
        key = unique()

        def answered() -> Order | None:
            try:
                answer = self.try_order(*lines, card=card, key=key)
            except httpx.TransportError:
                return None
            return None if answer.status_code in AGAIN else read(Order, created(answer))

        return eventually(answered, within, f"an answer to the order with the key {key}", every=0.05)

    def look_at(self, order: Order) -> Order:
        return read(Order, ok(self.get(f"/orders/{order.id}")))

    def final(self, order: Order, within: float = FINAL_SECONDS) -> Order:
        """The order once it is confirmed or cancelled."""

        def decided() -> Order | None:
            seen = self.look_at(order)
            return seen if seen.is_final else None

        return eventually(decided, within, f"order {order.id} confirmed or cancelled")

    def buy(self, *lines: tuple[Product, int], card: str = "card") -> Order:
        """Places an order and waits for its end."""
        return self.final(self.order(*lines, card=card))

    def payments(self, order: Order) -> list[Payment]:
        return [read(Payment, item) for item in ok(self.get("/payments", order_id=order.id))["items"]]

    def pages(self, path: str, limit: int = 100) -> Iterator[list[dict[str, Any]]]:
        """Page after page, from the first one to the one without a `next_cursor`."""
        cursor: dict[str, str] = {}
        for _ in itertools.count():
            page = ok(self.get(path, limit=limit, **cursor))
            yield page["items"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    def everything(self, path: str, limit: int = 100) -> list[dict[str, Any]]:
        return [item for page in self.pages(path, limit) for item in page]

    def orders(self) -> list[Order]:
        """All orders of this caller, newest first."""
        return [read(Order, item) for item in self.everything("/orders")]


@contextmanager
def open_shop(url: str) -> Iterator[Shop]:
    """The shop at a base URL, as nobody in particular sees it."""
    passwords: set[str] = set()

    def holds_no_secret(response: httpx.Response) -> None:
        response.read()
        told = [secret for secret in (*passwords, *HASH_MARKS) if secret in response.text]
        assert not told, f"{response.request.method} {response.request.url} told a password or a hash: {told}"

    # None expires while a test runs: one thread would close it just as another one takes it.
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=120)
    hooks = {"response": [holds_no_secret]}
    with httpx.Client(base_url=url, timeout=40, trust_env=False, limits=limits, event_hooks=hooks) as http:
        yield Shop(http, passwords, provider=_provider_of(http))


def _provider_of(http: httpx.Client) -> str:
    """The address of the OpenID provider that the shop sends clients to; empty without one."""
    answer = http.get(_DISCOVERY)
    return answer.headers["location"].removesuffix(_DISCOVERY) if answer.has_redirect_location else ""


def order_form(*lines: tuple[Product, int], card: str = "card") -> dict[str, Any]:
    """A body for `POST /orders`."""
    items = [{"product_id": product.id, "quantity": quantity} for product, quantity in lines]
    return {"items": items, "payment_method": card}


def unique() -> str:
    return secrets.token_hex(8)


def created(response: httpx.Response) -> dict[str, Any]:
    return _answer(response, httpx.codes.CREATED)


def ok(response: httpx.Response) -> dict[str, Any]:
    return _answer(response, httpx.codes.OK)


def _answer(response: httpx.Response, status: int) -> dict[str, Any]:
    request = response.request
    assert response.status_code == status, (
        f"{request.method} {request.url}: {response.status_code} {response.text}"
    )
    assert response.headers["content-type"].split(";")[0] == "application/json"
    answer: dict[str, Any] = response.json()
    return answer


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """The results of work(0) … work(count - 1), all started at the same moment, each in its own thread."""
    gate = Barrier(count)

    def start(number: int) -> T:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))

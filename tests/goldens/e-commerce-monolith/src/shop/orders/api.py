from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from shop.orders.messages import OrderCreated
from shop.orders.resource import Order, orders
from shop.orders.types import Line
from shop.platform.http.auth import CurrentUser
from shop.platform.http.idempotency import IdempotencyKey, once
from shop.platform.http.pages import Page, PageCursor
from shop.platform.http.problems import problems
from shop.platform.http.web import Db
from shop.platform.messaging.events import Publish
from shop.platform.storage.database import Reader
from shop.platform.values import Integer, Money, Text

router = APIRouter(tags=["orders"])


class NewLine(BaseModel):
    product_id: Text = Field(min_length=1, max_length=64)
    quantity: Annotated[Integer, Field(ge=1, le=1_000_000)]


class NewOrder(BaseModel):
    items: list[NewLine] = Field(min_length=1, max_length=50)
    payment_method: Text = Field(min_length=1, max_length=64)


class OrderView(BaseModel):
    """An order, as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    status: Literal["pending", "confirmed", "cancelled"]
    items: list[Line]
    total: Money | None
    reason: str | None
    created_at: datetime


@router.post("/orders", status_code=201)
async def place(body: NewOrder, user_id: CurrentUser, db: Db, events: Publish, key: IdempotencyKey = None) -> OrderView:
    async def take() -> str:
        order = await orders.insert(tx, Order(user_id=user_id, **body.model_dump()))
        await events.publish(tx, "orders.created", order.id, _created(order))
        return order.id

    async with db.begin() as tx:
        id = await once(tx, user_id, "POST /orders", key, body, take)
        return _view(await _own(tx, id, user_id))


@router.get("/orders", responses=problems(400))
async def browse(user_id: CurrentUser, db: Db, cursor: PageCursor) -> Page[OrderView]:
    page = await orders.page(db, cursor, newest_first=True, user_id=user_id)
    return page.map(_view)


@router.get("/orders/{id}", responses=problems(404))
async def show(id: str, user_id: CurrentUser, db: Db) -> OrderView:
    return _view(await _own(db, id, user_id))


async def _own(db: Reader, id: str, user_id: str) -> Order:
    order = await orders.find(db, id)
    if order is None or order.user_id != user_id:
        raise HTTPException(404, "No such order.")
    return order


def _created(order: Order) -> dict[str, Any]:
    return OrderCreated(order_id=order.id, **order.model_dump()).model_dump(mode="json")


def _view(order: Order) -> OrderView:
    return OrderView.model_validate(order)

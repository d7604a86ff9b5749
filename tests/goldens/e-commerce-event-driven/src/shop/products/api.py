from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from shop.platform.http.auth import CurrentUser
from shop.platform.http.idempotency import IdempotencyKey, once
from shop.platform.http.pages import Page, PageCursor
from shop.platform.http.problems import problems
from shop.platform.http.web import Db
from shop.platform.storage.database import Reader
from shop.platform.values import Integer, Money, Text
from shop.products.resource import Product, products

router = APIRouter(tags=["products"])

LIMIT = 10**9


class NewProduct(BaseModel):
    name: Text = Field(min_length=1, max_length=200)
    price: Annotated[Money, Field(ge=0, le=LIMIT)]
    stock: Annotated[Integer, Field(ge=0, le=LIMIT)]


class ProductView(BaseModel):
    """A product, as all users see it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    price: Money
    stock: Integer


@router.post("/products", status_code=201)
async def create(body: NewProduct, user_id: CurrentUser, db: Db, key: IdempotencyKey = None) -> ProductView:
    async def make() -> str:
        return (await products.insert(tx, Product(**body.model_dump()))).id

    async with db.begin() as tx:
        id = await once(tx, user_id, "POST /products", key, body, make)
        return await _existing(tx, id)


@router.get("/products", responses=problems(400))
async def browse(db: Db, cursor: PageCursor) -> Page[ProductView]:
    page = await products.page(db, cursor)
    return page.map(ProductView.model_validate)


@router.get("/products/{id}", responses=problems(404))
async def show(id: str, db: Db) -> ProductView:
    return await _existing(db, id)


async def _existing(db: Reader, id: str) -> ProductView:
    product = await products.find(db, id)
    if product is None:
        raise HTTPException(404, "No such product.")
    return ProductView.model_validate(product)

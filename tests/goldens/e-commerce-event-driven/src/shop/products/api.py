from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from shop.platform.auth import CurrentUser
from shop.platform.pages import Page, PageCursor
from shop.platform.values import Integer, Money, Text
from shop.platform.web import Db
from shop.products.resource import Product, products

router = APIRouter(tags=["products"])

LIMIT = 10**9


class NewProduct(BaseModel):
    name: Text = Field(min_length=1, max_length=200)
    price: Annotated[Money, Field(ge=0, le=LIMIT)]
    stock: Annotated[Integer, Field(ge=0, le=LIMIT)]


@router.post("/products", status_code=201)
async def create(body: NewProduct, _: CurrentUser, db: Db) -> Product:
    async with db.begin() as tx:
        return await products.insert(tx, Product(**body.model_dump()))


@router.get("/products")
async def browse(db: Db, cursor: PageCursor) -> Page[Product]:
    return await products.page(db, cursor)


@router.get("/products/{id}")
async def show(id: str, db: Db) -> Product:
    product = await products.find(db, id)
    if product is None:
        raise HTTPException(404, "No such product.")
    return product

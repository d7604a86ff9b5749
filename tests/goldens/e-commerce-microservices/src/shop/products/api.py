from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

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


class ProductView(BaseModel):
    """What everybody sees of a product."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    price: Money
    stock: Integer


@router.post("/products", status_code=201)
async def create(body: NewProduct, _: CurrentUser, db: Db) -> ProductView:
    async with db.begin() as tx:
        product = await products.insert(tx, Product(**body.model_dump()))
    return ProductView.model_validate(product)


@router.get("/products")
async def browse(db: Db, cursor: PageCursor) -> Page[ProductView]:
    page = await products.page(db, cursor)
    return Page(items=[ProductView.model_validate(product) for product in page.items], next_cursor=page.next_cursor)


@router.get("/products/{id}")
async def show(id: str, db: Db) -> ProductView:
    product = await products.find(db, id)
    if product is None:
        raise HTTPException(404, "No such product.")
    return ProductView.model_validate(product)

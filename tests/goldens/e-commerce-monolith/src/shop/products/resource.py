"""Product: what is stored of one. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import Field

from shop.platform.table import Record, Table
from shop.platform.values import Integer, Money, Text


class Product(Record):
    name: Text
    price: Annotated[Money, Field(ge=0)]
    stock: Annotated[Integer, Field(ge=0)]


products = Table("products", Product)

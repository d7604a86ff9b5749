"""The table of products. Follows blueprint.yaml."""

from typing import Annotated, TypedDict

from pydantic import Field

from shop.platform.storage.table import Record, Table
from shop.platform.values import Integer, Money, Text, Time


class Product(Record):
    name: Text
    price: Annotated[Money, Field(ge=0)]
    stock: Annotated[Integer, Field(ge=0)]


class _Columns(TypedDict, total=False):
    created_at: Time
    name: Text
    price: Money
    stock: Integer


products = Table("products", Product, _Columns)

"""What pricing are asked, and what they tell others. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Money, Text
from depot.pricing.types import Stop


class Quote(BaseModel):
    stops: list[Stop]
    plate: Text


class QuoteResult(BaseModel):
    price: Money


class Withdraw(BaseModel):
    stops: list[Stop]
    plate: Text
    price: Money

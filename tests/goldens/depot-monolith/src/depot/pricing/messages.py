"""Commands, results and events of pricing. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Money, Text
from depot.pricing.types import Stop


class Quote(BaseModel):
    """Step 2 of 2 of the workflow plan_trip, after vehicles.assign; pricing.withdraw takes it back."""

    stops: list[Stop]
    plate: Text


class QuoteResult(BaseModel):
    price: Money


class Withdraw(BaseModel):
    """Takes back pricing.quote."""

    stops: list[Stop]
    plate: Text
    price: Money

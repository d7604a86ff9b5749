"""What is started: the shop with everything that can be chosen, and one or two processes of a kind."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from tests.combinations.covering import covering, pairs, pairs_with_the_first
from tests.generated.recipes import Recipe, combinations, drafted


class Case(NamedTuple):
    pattern: str
    database: str | None
    broker: str | None
    discovery: str | None
    tracing: str | None
    auth: str | None
    instances: int

    def __str__(self) -> str:
        return f"{self.recipe}-{self.instances}"

    @property
    def recipe(self) -> Recipe:
        return Recipe(
            "e-commerce", self.pattern, self.database, self.broker, self.discovery, self.tracing, self.auth
        )

    @property
    def flags(self) -> tuple[str, ...]:
        """For `blueprint run`: the process that takes orders is there so many times."""
        processes = drafted(self.recipe).plan.deployables
        name = next(each.name for each in processes if any(one.name == "orders" for one in each.services))
        return ("--instances", f"{name}={self.instances}")


CASES = [
    Case(recipe.pattern, *recipe.choices.values(), instances)
    for recipe, instances in product(combinations("e-commerce"), (1, 2))
]
PAIRWISE = covering(CASES, pairs)
SAMPLE = covering(PAIRWISE, pairs_with_the_first)
"""Each choice once in each pattern."""

"""The definition of a service, independent of the process that runs it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fastapi import APIRouter

from shop.platform.workflows.actions import Action


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    package: str
    router: APIRouter = field(default_factory=APIRouter)
    actions: tuple[Action, ...] = ()


def actions_of(services: Iterable[Service]) -> dict[str, Action]:
    return {action.name: action for service in services for action in service.actions}

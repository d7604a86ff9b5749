"""The process of orders."""

from functools import partial

from shop.entrypoints.wiring import create_service_app
from shop.orders import service

create_app = partial(create_service_app, service)

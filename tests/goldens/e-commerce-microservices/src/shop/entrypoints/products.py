"""The process of products."""

from functools import partial

from shop.entrypoints.wiring import create_service_app
from shop.products import service

create_app = partial(create_service_app, service)

"""The process of payments."""

from functools import partial

from shop.entrypoints.wiring import create_service_app
from shop.payments import service

create_app = partial(create_service_app, service)

"""The process of users."""

from functools import partial

from shop.entrypoints.wiring import create_service_app
from shop.users import service

create_app = partial(create_service_app, service)

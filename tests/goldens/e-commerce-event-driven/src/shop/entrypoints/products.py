"""`uvicorn --factory shop.entrypoints.products:create_app`"""

from functools import partial

from shop.entrypoints.wiring import create_service_app
from shop.products import service

create_app = partial(create_service_app, service)

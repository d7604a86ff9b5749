"""Drivers."""

from depot.drivers import api
from depot.platform.service import Service

service = Service("drivers", __name__, router=api.router)

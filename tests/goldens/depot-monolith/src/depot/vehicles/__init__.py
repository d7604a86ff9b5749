"""Vehicles."""

from depot.platform.service import Service
from depot.vehicles import actions, api

service = Service("vehicles", __name__, router=api.router, actions=(actions.assign, actions.free_up))

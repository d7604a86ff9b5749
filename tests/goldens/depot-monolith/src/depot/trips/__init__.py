"""Trips."""

from depot.platform.service import Service
from depot.trips import actions, api

service = Service("trips", __name__, router=api.router, actions=(actions.confirm, actions.cancel))

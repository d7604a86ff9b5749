"""Pricing."""

from depot.platform.service import Service
from depot.pricing import actions

service = Service("pricing", __name__, actions=(actions.quote, actions.withdraw))

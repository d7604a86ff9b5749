"""Payments."""

from shop.payments import actions, api
from shop.platform.service import Service

service = Service("payments", __name__, router=api.router, actions=(actions.charge, actions.refund))

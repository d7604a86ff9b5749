"""Products."""

from shop.platform.service import Service
from shop.products import actions, api

service = Service("products", __name__, router=api.router, actions=(actions.reserve, actions.release))

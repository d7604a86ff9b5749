"""Users."""

from shop.platform.service import Service
from shop.users import api

service = Service("users", __name__, router=api.router)

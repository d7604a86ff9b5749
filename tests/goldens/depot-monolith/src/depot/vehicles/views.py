"""Responses of vehicles. Follows blueprint.yaml."""

from datetime import datetime

from depot.platform.http.views import View
from depot.platform.values import Boolean, Text


class VehicleView(View):
    id: str
    created_at: datetime
    trip_id: Text
    express: Boolean
    status: Text

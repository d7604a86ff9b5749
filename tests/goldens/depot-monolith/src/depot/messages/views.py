"""Responses of messages. Follows blueprint.yaml."""

from datetime import datetime

from depot.platform.http.views import View
from depot.platform.values import Text


class MessageView(View):
    id: str
    created_at: datetime
    trip_id: Text
    driver: Text

"""What a request about messages brings. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Text


class NewMessage(BaseModel):
    trip_id: Text
    driver: Text

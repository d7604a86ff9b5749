"""Request bodies of messages. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import BoundedText


class NewMessage(BaseModel):
    trip_id: BoundedText
    driver: BoundedText

"""What is answered of a record: the fields that are named, and no other, whatever else comes to be stored."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from shop.platform.values import STORED


class View(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def of(cls, record: BaseModel) -> Self:
        """The record as it is stored, also where a limit is newer than it is."""
        return cls.model_validate(record, from_attributes=True, by_alias=False, by_name=True, context=STORED)

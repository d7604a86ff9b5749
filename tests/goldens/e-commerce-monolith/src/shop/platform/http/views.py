"""Response models. They include only the named fields of a record, so new columns stay private."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from shop.platform.values import STORED


class View(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def of(cls, record: BaseModel) -> Self:
        """Return the view of a record. Limits added later do not apply to stored values."""
        return cls.model_validate(record, from_attributes=True, by_alias=False, by_name=True, context=STORED)

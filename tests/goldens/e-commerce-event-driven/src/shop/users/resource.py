"""The table of users. Follows blueprint.yaml."""

from typing import TypedDict

from pydantic import Field

from shop.platform.storage.table import Record, Table
from shop.platform.values import Text, Time


class User(Record):
    email: Text
    login: Text
    name: Text
    password_hash: Text = Field(exclude=True)


class _Columns(TypedDict, total=False):
    created_at: Time
    email: Text
    login: Text
    name: Text
    password_hash: Text


users = Table("users", User, _Columns)

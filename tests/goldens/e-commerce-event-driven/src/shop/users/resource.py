"""User: what is stored of one. Follows blueprint.yaml."""

from shop.platform.table import Record, Table
from shop.platform.values import Text


class User(Record):
    email: Text
    login: Text
    name: Text
    password_hash: Text


users = Table("users", User)

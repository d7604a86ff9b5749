import math
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from shop.platform.http.auth import LIFETIME, CurrentUser, issue_token
from shop.platform.http.problems import problems
from shop.platform.http.web import Db
from shop.platform.values import BoundedText, Text
from shop.users.devices import Device, cookie_of, device_of
from shop.users.login_limit import Attempt, TooManyFailures, account_of, client_of, count_failure, forgive
from shop.users.passwords import hash_password, password_matches
from shop.users.resource import User, users

router = APIRouter(tags=["users"])

LONGEST_EMAIL = 254


def _looks_like_email(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain) or " " in text or not text.isprintable():
        raise ValueError("is not an e-mail address")
    if len(text.casefold()) > LONGEST_EMAIL:
        raise ValueError(f"has more than {LONGEST_EMAIL} characters")
    return text


Email = Annotated[Text, Field(max_length=LONGEST_EMAIL), AfterValidator(_looks_like_email)]
Password = Annotated[Text, Field(min_length=8, max_length=200)]


class Registration(BaseModel):
    email: Email
    name: Text = Field(min_length=1, max_length=200)
    password: Password


class Credentials(BaseModel):
    email: BoundedText
    password: BoundedText


class Profile(BaseModel):
    id: str
    email: str
    name: str


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"  # noqa: S105, not a secret
    expires_in: int = LIFETIME


@router.post("/users", status_code=201, responses=problems(409))
async def register(body: Registration, db: Db) -> Profile:
    """Register a user. Responds with 409 if the e-mail address is taken, in any case."""
    password_hash = await hash_password(body.password)
    user = User(email=body.email, login=body.email.casefold(), name=body.name, password_hash=password_hash)
    async with db.begin() as tx:
        return _profile(await users.insert(tx, user))


@router.post("/login", responses=problems(401, 429))
async def login(body: Credentials, request: Request, response: Response, db: Db) -> Token:
    """Issue a token. After many failures it is 429 with `Retry-After`, except for devices that logged in before."""
    account = account_of(body.email)
    device = device_of(request, account)
    attempt = Attempt(body.email.casefold(), client_of(request), device)
    async with db.begin() as tx:
        counted = await count_failure(tx, attempt)
    if isinstance(counted, TooManyFailures):
        waiting = cookie_of(request, Device(account, is_trusted=False)) if counted.starts_wait else {}
        headers = {"Retry-After": str(math.ceil(counted.wait)), **waiting}
        raise HTTPException(429, "Too many failed logins.", headers)
    user = next(iter(await users.find_by(db, login=attempt.email)), None)
    if not await password_matches(body.password, user.password_hash if user else None) or user is None:
        raise HTTPException(401, "Wrong e-mail address or password.", {"WWW-Authenticate": "Bearer"})
    async with db.begin() as tx:
        await forgive(tx, counted)
    trusted = device if device and device.is_trusted else Device(account, is_trusted=True)
    response.headers.update(cookie_of(request, trusted))
    return Token(access_token=issue_token(user.id))


@router.get("/users/me")
async def me(user_id: CurrentUser, db: Db) -> Profile:
    user = await users.find(db, user_id)
    if user is None:
        raise HTTPException(401, "The user no longer exists.", {"WWW-Authenticate": "Bearer"})
    return _profile(user)


def _profile(user: User) -> Profile:
    return Profile(id=user.id, email=user.email, name=user.name)

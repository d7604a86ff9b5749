from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import AfterValidator, BaseModel, Field

from shop.platform.auth import LIFETIME, CurrentUser, issue_token
from shop.platform.values import Text
from shop.platform.web import Db
from shop.users.login_limit import Attempt, client_of, count_failure, forgive
from shop.users.passwords import hash_password, password_matches
from shop.users.resource import User, users

router = APIRouter(tags=["users"])


def _looks_like_email(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain) or any(c.isspace() for c in text):
        raise ValueError("is not an e-mail address")
    return text


Email = Annotated[Text, Field(max_length=254), AfterValidator(_looks_like_email)]
Password = Annotated[Text, Field(min_length=8, max_length=200)]


class Registration(BaseModel):
    email: Email
    name: Text = Field(min_length=1, max_length=200)
    password: Password


class Credentials(BaseModel):
    email: Text
    password: Text


class Profile(BaseModel):
    id: str
    email: str
    name: str


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"
    expires_in: int = LIFETIME


@router.post("/users", status_code=201)
async def register(body: Registration, db: Db) -> Profile:
    """Answers 409 where the e-mail address is taken, in whatever case it was written."""
    password_hash = await hash_password(body.password)
    user = User(email=body.email, login=body.email.casefold(), name=body.name, password_hash=password_hash)
    async with db.begin() as tx:
        return _profile(await users.insert(tx, user))


@router.post("/login")
async def login(body: Credentials, request: Request, db: Db) -> Token:
    attempt = Attempt(body.email.casefold(), client_of(request))
    async with db.begin() as tx:
        await count_failure(tx, attempt)
    known = next(iter(await users.find_by(db, login=attempt.email)), None)
    if not await password_matches(body.password, known.password_hash if known else None) or known is None:
        raise HTTPException(401, "E-mail address or password is wrong.", {"WWW-Authenticate": "Bearer"})
    async with db.begin() as tx:
        await forgive(tx, attempt)
    return Token(access_token=issue_token(known.id))


@router.get("/users/me")
async def me(user_id: CurrentUser, db: Db) -> Profile:
    user = await users.find(db, user_id)
    if user is None:
        raise HTTPException(401, "This user does not exist any more.", {"WWW-Authenticate": "Bearer"})
    return _profile(user)


def _profile(user: User) -> Profile:
    return Profile(id=user.id, email=user.email, name=user.name)

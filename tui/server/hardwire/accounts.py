"""Accounts of HardWire, signing in to them, cookies and trusted origins.

Source: better-auth's e-mail sign-in as seen on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.server.demo import DEMO_EMAIL, DEMO_PASSWORD, DEMO_USER_ID, UNVERIFIED_EMAIL
from tui.server.scripted.ids import Ids
from tui.server.scripted.world import Clock
from tui.server.web.json_body import JsonResponse, read_object

COOKIE = "better-auth.session_token"
SIGNED_IN_FOR = timedelta(days=7)
_OF_USER = re.compile(r"/api/users/([^/?]+)/")


class HardWireAccount(Struct, frozen=True):
    id: str
    name: str
    email: str
    verified: bool
    created_at: datetime


class AuthSession(Struct):
    id: str
    token: str
    cookie: str
    """Percent-encoded, as it goes over the wire."""
    account: HardWireAccount
    began_at: datetime
    expires_at: datetime


class Accounts:
    """Who exists, who is signed in, and the calls under `/auth`."""

    def __init__(self, ids: Ids, now: Clock, demo_id: str = DEMO_USER_ID) -> None:
        self._ids = ids
        self._now = now
        created_at = now() - timedelta(days=400)
        self.demo = HardWireAccount(demo_id, "Demo", DEMO_EMAIL, True, created_at)
        unverified = HardWireAccount(ids.word(), "Unverified", UNVERIFIED_EMAIL, False, created_at)
        self._accounts = {account.email: account for account in (self.demo, unverified)}
        self._sign_ins: dict[str, AuthSession] = {}
        self.trusted_origins: frozenset[str] = frozenset()

    def routes(self) -> list[Route]:
        return [
            Route("/auth/sign-in/email", self.sign_in, methods=["POST"]),
            Route("/auth/sign-out", self.sign_out, methods=["POST"]),
            Route("/auth/get-session", self.get_session, methods=["GET"]),
            Route("/auth/{rest:path}", _answer_nothing, methods=["GET", "POST"]),
        ]

    def account_of(self, request: Request) -> HardWireAccount | None:
        """Return who sent a request, `None` when nobody is signed in."""
        sign_in = self._sign_in_of(request)
        return sign_in.account if sign_in else None

    async def sign_in(self, request: Request) -> Response:
        if refusal := self._refuse_origin(request):
            return refusal
        body = await read_object(request)
        match body:
            case None:
                return Response(status_code=500)
            case {"email": str(email), "password": str(password)}:
                pass
            case _:
                return _refuse(400, "VALIDATION_ERROR", "email and password must be text")
        account = self._accounts.get(email.lower())
        if account is None or password != DEMO_PASSWORD:
            return _refuse(401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password")
        if not account.verified:
            return _refuse(403, "EMAIL_NOT_VERIFIED", "Email not verified")
        sign_in = self._begin(account)
        response = JsonResponse(
            {"redirect": False, "token": sign_in.token, "user": _user_record(account)}
        )
        return _with_cookie(response, sign_in.cookie, SIGNED_IN_FOR)

    async def sign_out(self, request: Request) -> Response:
        if refusal := self._refuse_origin(request):
            return refusal
        if sign_in := self._sign_in_of(request):
            del self._sign_ins[sign_in.cookie]
        return _with_cookie(JsonResponse({"success": True}), "", timedelta())

    async def get_session(self, request: Request) -> Response:
        """Say who is signed in, and let the sign-in last for its full time from now on."""
        sign_in = self._sign_in_of(request)
        if sign_in is None:
            return JsonResponse(None)
        sign_in.expires_at = self._now() + SIGNED_IN_FOR
        session = {
            "id": sign_in.id,
            "userId": sign_in.account.id,
            "token": sign_in.token,
            "createdAt": sign_in.began_at.isoformat(),
            "expiresAt": sign_in.expires_at.isoformat(),
        }
        response = JsonResponse({"session": session, "user": _user_record(sign_in.account)})
        return _with_cookie(response, sign_in.cookie, SIGNED_IN_FOR)

    def _begin(self, account: HardWireAccount) -> AuthSession:
        now, token = self._now(), self._ids.word()
        cookie = quote(f"{token}.{self._ids.signature()}", safe="")
        sign_in = AuthSession(self._ids.word(), token, cookie, account, now, now + SIGNED_IN_FOR)
        self._sign_ins[cookie] = sign_in
        return sign_in

    def _sign_in_of(self, request: Request) -> AuthSession | None:
        for pair in request.headers.get("cookie", "").split(";"):
            name, _, value = pair.strip().partition("=")
            # compared as sent: a client that decodes the value has another one
            if name == COOKIE and (sign_in := self._sign_ins.get(value)):
                return sign_in if sign_in.expires_at > self._now() else None
        return None

    def _refuse_origin(self, request: Request) -> Response | None:
        origin = request.headers.get("origin", "null")
        if origin != "null" and origin not in self.trusted_origins:
            return _refuse(403, "INVALID_ORIGIN", "Invalid origin")
        if origin == "null" and "cookie" in request.headers:
            return _refuse(403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin")
        return None


def user_in(paths: Iterable[str]) -> str:
    """Return the id of the user that calls name in their paths; where none does, the demo's."""
    users = (found[1] for each in paths if (found := _OF_USER.search(each)))
    return next(users, DEMO_USER_ID)


async def _answer_nothing(_: Request) -> Response:
    return Response(status_code=404)


def _refuse(status: int, code: str, message: str) -> Response:
    return JsonResponse({"code": code, "message": message}, status)


def _with_cookie(response: Response, value: str, lasts: timedelta) -> Response:
    # written by hand: Starlette would quote the value
    age_s = int(lasts.total_seconds())
    response.headers["set-cookie"] = (
        f"{COOKIE}={value}; Max-Age={age_s}; Path=/; HttpOnly; SameSite=Lax"
    )
    return response


def _user_record(account: HardWireAccount) -> dict[str, object]:
    return {
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "emailVerified": account.verified,
        "image": None,
        "createdAt": account.created_at.isoformat(),
        "updatedAt": account.created_at.isoformat(),
    }

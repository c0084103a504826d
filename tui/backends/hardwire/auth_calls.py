"""Calls to the auth service of HardWire: sign-in by e-mail and password, for a cookie.

Source: better-auth's documents of its e-mail sign-in (https://www.better-auth.com/docs); the codes
and statuses of refusals as seen on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tui.backends.hardwire.sign_in_cookies import cookie_field
from tui.backends.http.credentials import Credentials, KnownSecrets
from tui.backends.http.exchange import exchange
from tui.backends.http.no_answer import origin_of
from tui.backends.http.response import WholeResponse
from tui.backends.json_reading import (
    Object,
    as_object,
    encode_json,
    id_at,
    line_at,
    object_at,
    senseless,
)
from tui.backends.traffic import Traffic
from tui.errors import AccessRefused, NotFound, NotOffered, RunnelError, ServerFailed, Unreachable
from tui.model import Identity
from tui.safe_text import SafeText, clean_line

_ORIGIN_CODES = {"INVALID_ORIGIN", "MISSING_OR_NULL_ORIGIN"}
WRONG_STATUSES = {400, 401, 422}
"""With these a server says that it does not like e-mail or password."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who we are at the server, and the proof of it."""

    user_id: str
    identity: Identity
    cookie: str = field(repr=False)
    credentials: Credentials


class AuthCalls:
    """The calls for the account with this `email` at `base_url`."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        email: str,
        traffic: Traffic,
        known_secrets: KnownSecrets | None = None,
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._email = email
        self._traffic = traffic
        self._known_secrets = known_secrets

    async def sign_in(self, password: str) -> SignedIn:
        """Sign in anew.

        Raises:
            AccessRefused: wrong e-mail or password, unverified e-mail, untrusted address; with one
                of `WRONG_STATUSES` a person may have mistyped.
        """
        login = {"email": self._email, "password": password}
        credentials = Credentials({}, (password,), self._known_secrets)
        try:
            received = await self._post("sign-in/email", login, credentials)
        except Unreachable as error:
            raise _unsent(error) from error
        if received.failure is not None:
            raise self._refusal(received, received.failure)
        answer = as_object(received.json())
        answer = object_at(answer, "data") or answer
        user = object_at(answer, "user")
        cookie = cookie_field(received.headers.get_list("set-cookie"))
        if not id_at(user, "id"):
            raise senseless("the sign-in has no user id")
        if not cookie:
            raise senseless("the sign-in sets no cookie")
        identity = _identity(user, clean_line(self._email))
        return self.with_cookie(id_at(user, "id"), identity, cookie, password)

    async def checked(self, signed_in: SignedIn, password: str = "") -> SignedIn | None:
        """Return the sign-in as the server renews it, `None` when the server does not know it."""
        try:
            # all calls wait for a sign-in, whoever begins it
            with self._traffic.hurried():
                received = await exchange(
                    self._client,
                    "GET",
                    f"{self._base_url}/api/auth/get-session",
                    credentials=signed_in.credentials,
                    traffic=self._traffic,
                    is_private=True,
                )
        except Unreachable as error:
            raise _unsent(error) from error
        if received.status == 404:
            # an auth service of another make; the sign-in itself has told who we are
            return signed_in
        session = None if received.status == 401 else received.json()
        if not session:
            return None
        user = object_at(as_object(session), "user")
        return self.with_cookie(
            id_at(user, "id") or signed_in.user_id,
            _identity(user, signed_in.identity.name),
            cookie_field(received.headers.get_list("set-cookie"), signed_in.cookie),
            password,
        )

    async def sign_out(self, signed_in: SignedIn) -> RunnelError | None:
        """End a sign-in, and return why the server was not told, or did not agree."""
        try:
            received = await self._post("sign-out", {}, signed_in.credentials)
        except Unreachable as error:
            return error
        return None if received.status == 401 else received.failure

    def with_cookie(
        self, user_id: str, identity: Identity, cookie: str, password: str = ""
    ) -> SignedIn:
        """Return the sign-in that `cookie` proves; `password` is kept out of every word too."""
        values = (each.partition("=")[2] for each in cookie.split("; "))
        credentials = Credentials({"cookie": cookie}, (*values, password), self._known_secrets)
        return SignedIn(user_id, identity, cookie, credentials)

    async def _post(
        self, action: str, body: Mapping[str, str], credentials: Credentials
    ) -> WholeResponse:
        with self._traffic.hurried():
            return await exchange(
                self._client,
                "POST",
                f"{self._base_url}/api/auth/{action}",
                credentials=credentials,
                content=encode_json(body),
                # a post with a cookie and without a trusted origin is refused
                headers={"origin": origin_of(httpx.URL(self._base_url))},
                traffic=self._traffic,
                is_private=True,
            )

    def _refusal(self, received: WholeResponse, failure: RunnelError) -> RunnelError:
        if isinstance(failure, NotFound | NotOffered):
            sentence = f"There is no HardWire sign-in at {self._base_url}."
            hint = "Check the address, and whether HardWire is what answers there."
            return ServerFailed(sentence, hint=hint, status=received.status)
        code = received.error_body.code
        if code == "EMAIL_NOT_VERIFIED":
            sentence = "The e-mail address of this account is not verified yet."
            hint = "Open the link in the e-mail that the server sent."
        elif code in _ORIGIN_CODES:
            sentence = f"The server rejects sign-ins from {received.origin}."
            hint = "Use the address it is set up with, as http://localhost:3026."
        elif received.status in WRONG_STATUSES:
            words = received.error_body.words.rstrip(".") if received.status != 401 else ""
            reason = f": {words}." if words else "."
            sentence = f"The server does not accept this e-mail and password{reason}"
            hint = "Check both for slips."
        else:
            return failure
        return AccessRefused(
            sentence, hint=hint, status=received.status, request_id=failure.request_id
        )


def _unsent(error: Unreachable) -> Unreachable:
    """Return `error` for a call before the one that matters: that one has not been sent."""
    return Unreachable(error.sentence, hint=error.hint, sent=False, passing=error.passing)


def _identity(user: Object, fallback: SafeText) -> Identity:
    email = line_at(user, "email")
    name = line_at(user, "name") or email or fallback
    return Identity(name, email if email != name else SafeText(""))

"""Signing in to HardWire with e-mail and password, for a cookie.

Source: better-auth's e-mail sign-in as seen on the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from tui.backends.failures import origin_of
from tui.backends.http import Credentials, Received, exchange
from tui.backends.traffic import Traffic
from tui.backends.wire import (
    Object,
    as_object,
    encode_json,
    id_at,
    line_at,
    object_at,
    senseless,
)
from tui.errors import AccessRefused, NotFound, NotOffered, RunnelError, ServerFailed, Unreachable
from tui.model import Identity
from tui.safe_text import SafeText, clean_line

_ORIGIN_CODES = {"INVALID_ORIGIN", "MISSING_OR_NULL_ORIGIN"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who we are at the server, and the proof of it."""

    user_id: str
    identity: Identity
    credentials: Credentials


class SignIn:
    """The sign-in of one account, made when first needed and shared by all calls."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        email: str,
        password: Callable[[], Awaitable[str]],
        traffic: Traffic,
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._email = email
        self._password = password
        self._traffic = traffic
        self._secret: str | None = None
        self._current: SignedIn | None = None
        self._signing_in = asyncio.Lock()

    async def current(self) -> SignedIn:
        """Return the sign-in, making it if there is none.

        Raises:
            AccessRefused: wrong e-mail or password, unverified e-mail, untrusted address.
        """
        async with self._signing_in:
            if self._current is None:
                self._current = await self._sign_in()
            return self._current

    async def renewed(self, refused: SignedIn) -> SignedIn:
        """Return a sign-in other than the one the server `refused`, made by whoever comes first."""
        async with self._signing_in:
            if self._current is refused:
                self._current = None
        return await self.current()

    async def verify(self) -> Identity:
        """Ask the server whom it takes us for.

        Raises:
            AccessRefused: it does not hold on to its own sign-in.
        """
        signed_in = await self.current()
        received = await exchange(
            self._client,
            "GET",
            f"{self._base_url}/api/auth/get-session",
            credentials=signed_in.credentials,
            traffic=self._traffic,
        )
        if received.status == 404:
            # an auth service of another make; the sign-in itself has told who we are
            return signed_in.identity
        session = received.json()
        if session is None:
            raise AccessRefused(
                "The server let us in and then forgot us.", hint="Check its cookie settings."
            )
        return _identity(object_at(as_object(session), "user"), signed_in.identity.name)

    async def _sign_in(self) -> SignedIn:
        if self._secret is None:
            self._secret = await self._password()
        try:
            received = await exchange(
                self._client,
                "POST",
                f"{self._base_url}/api/auth/sign-in/email",
                credentials=Credentials(secrets=(self._secret,)),
                content=encode_json({"email": self._email, "password": self._secret}),
                headers={"origin": origin_of(httpx.URL(self._base_url))},
                traffic=self._traffic,
            )
        except Unreachable as error:
            # whatever the sign-in was for has not been sent
            raise Unreachable(error.sentence, hint=error.hint, sent=False) from error
        if received.failure is not None:
            raise self._refusal(received, received.failure)
        answer = as_object(received.json())
        answer = object_at(answer, "data") or answer
        user, cookie = object_at(answer, "user"), _cookie(received.headers)
        if not id_at(user, "id"):
            raise senseless("the sign-in tells no user id")
        if not cookie:
            raise senseless("the sign-in sets no cookie")
        secrets = (self._secret, *(each.partition("=")[2] for each in cookie.split("; ")))
        return SignedIn(
            id_at(user, "id"),
            _identity(user, clean_line(self._email)),
            Credentials({"cookie": cookie}, secrets),
        )

    def _refusal(self, received: Received, failure: RunnelError) -> RunnelError:
        if isinstance(failure, NotFound | NotOffered):
            sentence = f"There is no HardWire sign-in at {self._base_url}."
            hint = "Check api and base_url of this profile."
            return ServerFailed(sentence, hint=hint, status=received.status)
        code = received.error_body.code
        if code == "EMAIL_NOT_VERIFIED":
            sentence = "The e-mail address of this account is not verified yet."
            hint = "Open the link in the message that the server sent to it."
        elif code in _ORIGIN_CODES:
            sentence = f"The server does not trust sign-ins by way of {received.origin}."
            hint = "Set base_url to the address it is configured with, as http://localhost:3026."
        elif received.status in {400, 401, 422}:
            words = received.error_body.words.rstrip(".") if received.status != 401 else ""
            told = f": {words}." if words else "."
            sentence = f"The server does not accept this e-mail and password{told}"
            hint = "Check email and password of this profile."
        else:
            return failure
        return AccessRefused(
            sentence, hint=hint, status=received.status, request_id=failure.request_id
        )


def _identity(user: Object, fallback: SafeText) -> Identity:
    email = line_at(user, "email")
    name = line_at(user, "name") or email or fallback
    return Identity(name, email if email != name else SafeText(""))


def _cookie(headers: httpx.Headers) -> str:
    """Return the `Cookie` field that sends back every cookie set, each value byte for byte.

    Of those of one name the last counts.
    """
    pairs = [field.partition(";")[0].strip() for field in headers.get_list("set-cookie")]
    by_name = {pair.partition("=")[0]: pair for pair in pairs}
    return "; ".join(pair for pair in by_name.values() if pair.partition("=")[2])

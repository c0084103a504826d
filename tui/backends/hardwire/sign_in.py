"""Signing in to HardWire with e-mail and password, for a cookie.

Source: better-auth's e-mail sign-in as seen on the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field

import httpx

from tui.backends.base import Unlock
from tui.backends.hardwire.sign_in_cookies import cookie_field
from tui.backends.hardwire.sign_in_file import KeptSignIn, SignInFile
from tui.backends.http.credentials import Credentials
from tui.backends.http.errors import origin_of
from tui.backends.http.exchange import exchange
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
_WRONG_STATUSES = {400, 401, 422}
"""With these a server says that it does not like e-mail or password."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who we are at the server, and the proof of it."""

    user_id: str
    identity: Identity
    cookie: str = field(repr=False)
    credentials: Credentials


class SignIn:
    """The sign-in of one account, made when first needed and shared by all calls.

    `unlock`, where there is one, takes the place of `password`: it knows what became of an attempt.
    One that is in the `file` is taken up again where it was left, and the password is not asked
    for; a new one is put there.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        email: str,
        password: Callable[[], Awaitable[str]],
        traffic: Traffic,
        file: SignInFile | None = None,
        unlock: Unlock | None = None,
    ) -> None:
        self._unlock = unlock
        self._sign_outs = 0
        self._client = client
        self._base_url = base_url
        self._email = email
        self._password = password
        self._traffic = traffic
        self._file = file
        self._secret: str | None = None
        self._current: SignedIn | None = None
        self._lost: SignedIn | None = None
        self._failure: RunnelError | None = None
        self._failures = 0
        self._signing_in = asyncio.Lock()

    async def current(self) -> SignedIn:
        """Return the sign-in, making it if there is none.

        All who waited for an attempt that failed are told so: only who comes later tries again.

        Raises:
            AccessRefused: wrong e-mail or password, unverified e-mail, untrusted address.
        """
        failures_before = self._failures
        async with self._signing_in:
            if self._current is None:
                if self._failure is not None and self._failures > failures_before:
                    raise copy(self._failure)
                sign_outs = self._sign_outs
                made = await self._begin()
                if sign_outs != self._sign_outs:
                    self._secret = None
                    self._forget()
                    with suppress(RunnelError):
                        await self._post("sign-out", {}, made.credentials)
                    raise AccessRefused("You signed out before the sign-in was complete.")
                self._current = made
            return self._current

    async def renewed(self, refused: SignedIn) -> SignedIn:
        """Return a sign-in other than the one the server `refused`, made by whoever comes first."""
        async with self._signing_in:
            if self._current is refused:
                self._current, self._lost, self._failure = None, refused, None
            elif self._lost is refused and self._current is None and self._failure is not None:
                # the attempt to renew this one is over already
                raise copy(self._failure)
        return await self.current()

    async def verify(self) -> Identity:
        """Ask the server whom it takes us for.

        Raises:
            AccessRefused: it does not hold on to its own sign-in.
        """
        is_new = self._current is None
        signed_in = await self.current()
        checked = await self._checked(signed_in)
        if checked is None and not is_new:
            signed_in = await self.renewed(signed_in)
            checked = await self._checked(signed_in)
        if checked is None:
            raise AccessRefused(
                "The server let us in and then forgot us.", hint="Check its cookie settings."
            )
        if self._current is signed_in:
            self._current = checked
            self._keep(checked)
        return checked.identity

    async def sign_out(self) -> None:
        """End the sign-in at the server; here it is forgotten in any case.

        Raises:
            ServerFailed: the server was not told, or did not agree.
        """
        self._sign_outs += 1
        signed_in, self._current, self._secret = self._current or self._kept(), None, None
        self._forget()
        if signed_in is None:
            return
        try:
            received = await self._post("sign-out", {}, signed_in.credentials)
            failure = None if received.status == 401 else received.failure
        except Unreachable as error:
            failure = error
        if failure is not None:
            raise ServerFailed(
                f"You are signed out here, but not at the server. {failure.sentence}",
                hint="The sign-in ends there by itself, at most 7 days after its last use.",
                status=failure.status,
                request_id=failure.request_id,
            )

    async def _begin(self) -> SignedIn:
        try:
            kept = self._kept()
            signed_in = await self._checked(kept) if kept is not None else None
            if signed_in is None:
                self._forget()
                signed_in = await self._sign_in()
        except RunnelError as error:
            self._failure, self._failures = error, self._failures + 1
            raise
        self._failure = None
        self._keep(signed_in)
        return signed_in

    def _kept(self) -> SignedIn | None:
        """Return the sign-in of the last start, unless the server has refused just that one."""
        kept = None if self._file is None else self._file.load(self._base_url, self._email)
        if kept is None or (self._lost is not None and self._lost.cookie == kept.cookie):
            return None
        identity = Identity(clean_line(kept.name), clean_line(kept.email))
        return _signed_in(kept.user_id, identity, kept.cookie)

    def _keep(self, signed_in: SignedIn) -> None:
        if self._file is not None:
            name, detail = signed_in.identity.name, signed_in.identity.detail
            kept = KeptSignIn(signed_in.user_id, name, detail, signed_in.cookie)
            self._file.save(self._base_url, self._email, kept)

    def _forget(self) -> None:
        if self._file is not None:
            self._file.forget(self._base_url, self._email)

    async def _checked(self, signed_in: SignedIn) -> SignedIn | None:
        """Return the sign-in as the server renews it, `None` when the server does not know it."""
        try:
            received = await exchange(
                self._client,
                "GET",
                f"{self._base_url}/api/auth/get-session",
                credentials=signed_in.credentials,
                traffic=self._traffic,
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
        return _signed_in(
            id_at(user, "id") or signed_in.user_id,
            _identity(user, signed_in.identity.name),
            cookie_field(received.headers.get_list("set-cookie"), signed_in.cookie),
            secret=self._secret,
        )

    async def _sign_in(self) -> SignedIn:
        if self._unlock is None:
            if self._secret is None:
                self._secret = await self._password()
            return await self._sign_in_with(self._secret)
        if self._secret is not None:
            try:
                return await self._sign_in_with(self._secret)
            except AccessRefused:
                # it was right before: only a person knows what it is now
                if self._secret is not None:
                    raise
        return await self._unlock(self._sign_in_with)

    async def _sign_in_with(self, secret: str) -> SignedIn:
        login = {"email": self._email, "password": secret}
        try:
            received = await self._post("sign-in/email", login, Credentials(secrets=(secret,)))
        except Unreachable as error:
            raise _unsent(error) from error
        if received.failure is not None:
            if received.status in _WRONG_STATUSES:
                # a person may have mistyped: the next attempt asks again
                self._secret = None
            raise self._refusal(received, received.failure)
        answer = as_object(received.json())
        answer = object_at(answer, "data") or answer
        user = object_at(answer, "user")
        cookie = cookie_field(received.headers.get_list("set-cookie"))
        if not id_at(user, "id"):
            raise senseless("the sign-in tells no user id")
        if not cookie:
            raise senseless("the sign-in sets no cookie")
        identity = _identity(user, clean_line(self._email))
        self._secret = secret
        return _signed_in(id_at(user, "id"), identity, cookie, secret=secret)

    async def _post(
        self, action: str, body: Mapping[str, str], credentials: Credentials
    ) -> WholeResponse:
        return await exchange(
            self._client,
            "POST",
            f"{self._base_url}/api/auth/{action}",
            credentials=credentials,
            content=encode_json(body),
            # a post with a cookie and without a trusted origin is refused
            headers={"origin": origin_of(httpx.URL(self._base_url))},
            traffic=self._traffic,
        )

    def _refusal(self, received: WholeResponse, failure: RunnelError) -> RunnelError:
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
        elif received.status in _WRONG_STATUSES:
            words = received.error_body.words.rstrip(".") if received.status != 401 else ""
            told = f": {words}." if words else "."
            sentence = f"The server does not accept this e-mail and password{told}"
            hint = "Check email and password of this profile."
        else:
            return failure
        return AccessRefused(
            sentence, hint=hint, status=received.status, request_id=failure.request_id
        )


def _signed_in(
    user_id: str, identity: Identity, cookie: str, *, secret: str | None = None
) -> SignedIn:
    values = (each.partition("=")[2] for each in cookie.split("; "))
    credentials = Credentials({"cookie": cookie}, (*values, secret or ""))
    return SignedIn(user_id, identity, cookie, credentials)


def _unsent(error: Unreachable) -> Unreachable:
    """Return `error` for a call before the one that matters: that one has not been sent."""
    return Unreachable(error.sentence, hint=error.hint, sent=False, passing=error.passing)


def _identity(user: Object, fallback: SafeText) -> Identity:
    email = line_at(user, "email")
    name = line_at(user, "name") or email or fallback
    return Identity(name, email if email != name else SafeText(""))

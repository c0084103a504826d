"""Sign-in of a HardWire account, made when it is first needed and shared by all calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy

from tui.backends.base import AccountSignIn, Unlock
from tui.backends.hardwire.auth_calls import WRONG_STATUSES, AuthCalls, SignedIn
from tui.backends.hardwire.sign_in_file import KeptSignIn, KeptSignIns
from tui.errors import AccessRefused, RunnelError, ServerFailed
from tui.model import Identity
from tui.safe_text import clean_line


class SharedSignIn(AccountSignIn):
    """The sign-in of one account, made when first needed and shared by all calls.

    `unlock`, where there is one, takes the place of `password`: it knows what became of an attempt.
    One that is in the `file` is taken up again where it was left, and the password is not asked
    for; a new one is put there.
    """

    def __init__(
        self,
        auth: AuthCalls,
        base_url: str,
        email: str,
        password: Callable[[], Awaitable[str]],
        file: KeptSignIns | None = None,
        unlock: Unlock | None = None,
    ) -> None:
        self._auth = auth
        self._unlock = unlock
        self._sign_outs = 0
        self._base_url = base_url
        self._email = email
        self._password = password
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
                        await self._auth.sign_out(made)
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
        """Ask the server who is signed in.

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
                "The server accepted the sign-in and then lost it.",
                hint="Check its cookie settings.",
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
        if (failure := await self._auth.sign_out(signed_in)) is not None:
            raise ServerFailed(
                f"You are signed out here, but not at the server. {failure.sentence}",
                hint="It ends there by itself, at most 7 days after its last use.",
                status=failure.status,
                request_id=failure.request_id,
            )

    async def _checked(self, signed_in: SignedIn) -> SignedIn | None:
        return await self._auth.checked(signed_in, self._secret or "")

    async def _begin(self) -> SignedIn:
        try:
            last = self._kept()
            signed_in = None if last is None else await self._checked(last)
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
        stored = None if self._file is None else self._file.load(self._base_url, self._email)
        if stored is None or (self._lost is not None and self._lost.cookie == stored.cookie):
            return None
        identity = Identity(clean_line(stored.name), clean_line(stored.email))
        return self._auth.with_cookie(stored.user_id, identity, stored.cookie)

    def _keep(self, signed_in: SignedIn) -> None:
        if self._file is not None:
            name, detail = signed_in.identity.name, signed_in.identity.detail
            stored = KeptSignIn(signed_in.user_id, name, detail, signed_in.cookie)
            self._file.save(self._base_url, self._email, stored)

    def _forget(self) -> None:
        if self._file is not None:
            self._file.forget(self._base_url, self._email)

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
        try:
            signed_in = await self._auth.sign_in(secret)
        except RunnelError as error:
            if error.status in WRONG_STATUSES:
                # a person may have mistyped: the next attempt asks again
                self._secret = None
            raise
        self._secret = secret
        return signed_in

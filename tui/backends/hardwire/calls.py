"""Calls to HardWire in the name of the signed-in account.

Source: HardWire's documentation for the `data` around an answer; without it as seen on the wire.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import httpx

from tui.backends.hardwire.auth_calls import SignedIn
from tui.backends.hardwire.sign_in import SharedSignIn
from tui.backends.http.client import READ_TIMEOUT_S
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.response import WholeResponse
from tui.backends.http.streams import Body, open_stream
from tui.backends.json_reading import Object, as_list, as_object, id_behind, object_at, objects
from tui.backends.traffic import Traffic
from tui.errors import AccessRefused


class SignedInCalls:
    """What may be asked of `base_url` once `sign_in` is done, which the first call does.

    A call that the server turned away unread for want of a sign-in is made twice.
    """

    def __init__(
        self, client: httpx.AsyncClient, base_url: str, sign_in: SharedSignIn, traffic: Traffic
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._sign_in = sign_in
        self._traffic = traffic

    async def user_id(self) -> str:
        """Return the id of the account, which stands in many paths."""
        return (await self._sign_in.current()).user_id

    async def make(
        self,
        method: str,
        resource: str,
        *,
        content: bytes | None = None,
        timeout_s: float = READ_TIMEOUT_S,
        tolerated: frozenset[int] = frozenset(),
    ) -> WholeResponse:
        """Make a call and return its answer: a success, or a status that is `tolerated`."""

        async def attempt(signed_in: SignedIn) -> WholeResponse:
            return await exchange(
                self._client,
                method,
                self._url(resource),
                credentials=signed_in.credentials,
                content=content,
                timeout_s=timeout_s,
                traffic=self._traffic,
                session_id=id_behind("chats", resource),
            )

        signed_in = await self._sign_in.current()
        received = await attempt(signed_in)
        if received.status == 401:
            received = await attempt(await self._sign_in.renewed(signed_in))
        if received.failure is not None and received.status not in tolerated:
            raise received.failure
        return received

    @asynccontextmanager
    async def opened(self, resource: str, content: bytes | None = None) -> AsyncIterator[Body]:
        """Open a stream of events: by POST with `content`, without it by GET."""
        signed_in = await self._sign_in.current()
        async with AsyncExitStack() as stack:
            try:
                body = await stack.enter_async_context(self._stream(signed_in, resource, content))
            except AccessRefused as refused:
                if refused.status != 401:
                    raise
                # turned away before anything was stored, so this repeats no question
                signed_in = await self._sign_in.renewed(signed_in)
                body = await stack.enter_async_context(self._stream(signed_in, resource, content))
            yield body

    def _stream(
        self, signed_in: SignedIn, resource: str, content: bytes | None
    ) -> AbstractAsyncContextManager[Body]:
        return open_stream(
            self._client,
            self._url(resource),
            credentials=signed_in.credentials,
            content=content,
            accept="text/event-stream",
            traffic=self._traffic,
            session_id=id_behind("chats", resource),
        )

    def _url(self, resource: str) -> str:
        return f"{self._base_url}/api{resource}"


def unwrapped(received: WholeResponse) -> Object:
    """Return the answer without the `data` that the documented dialect puts around it."""
    answer = as_object(received.json())
    return object_at(answer, "data") or answer


def listed(answer: Object, key: str, credentials: Credentials) -> list[Object]:
    """Return the objects of the list at `key`: an answer without it is no empty list."""
    with credentials.veil():
        return objects(as_list(answer.get(key, answer)))


def listed_anyhow(received: WholeResponse, key: str) -> list[Object]:
    """Return the objects of a list that stands at `key`, or by itself, wrapped or not."""
    answer = received.json()
    if isinstance(answer, dict):
        answer = answer.get("data", answer)
    if isinstance(answer, dict):
        return listed(answer, key, received.credentials)
    with received.credentials.veil():
        return objects(as_list(answer))

"""Calls to a host of the GPT-trainer family: its paths, and the key on every one.

Source: the vendor's API reference.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

import httpx

from tui.backends.base import Unlock
from tui.backends.http.client import READ_TIMEOUT_S
from tui.backends.http.credentials import NOBODY, Credentials, KnownSecrets
from tui.backends.http.exchange import exchange
from tui.backends.http.response import WholeResponse
from tui.backends.http.streams import Body, open_stream
from tui.backends.json_reading import as_list, id_behind
from tui.backends.traffic import Traffic
from tui.errors import AccessRefused

T = TypeVar("T")


class KeyedCalls:
    """The calls of one account at `base_url`; `token` gives its key when it is first needed.

    `unlock` has a person tell one where there is none, or the one there is was refused.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        token: Callable[[], Awaitable[str]] | None,
        known_secrets: KnownSecrets | None = None,
        unlock: Unlock | None = None,
    ) -> None:
        self.base_url = base_url
        self.traffic = Traffic()
        self._client = client
        self._token = token
        self._known_secrets = known_secrets
        self._credentials: Credentials | None = None if token else NOBODY
        self._asking = asyncio.Lock()
        self._unlock = unlock
        self._unlocking = asyncio.Lock()

    async def call(
        self,
        method: str,
        resource: str,
        *,
        content: bytes | None = None,
        accept: str = "application/json",
        timeout_s: float = READ_TIMEOUT_S,
        kept_status: int | None = None,
        credentials: Credentials | None = None,
    ) -> WholeResponse:
        """Make one call and return its answer if that means success or is of `kept_status`.

        `credentials` are others than those of the account.

        Raises:
            RunnelError: what the status means.
        """
        received = await exchange(
            self._client,
            method,
            self._url(resource),
            credentials=credentials or await self._current_credentials(),
            content=content,
            headers={"accept": accept},
            timeout_s=timeout_s,
            traffic=self.traffic,
            session_id=id_behind("session", resource),
        )
        failure = received.failure
        if failure is None or received.status == kept_status:
            return received
        if isinstance(failure, AccessRefused) and received.credentials is NOBODY:
            raise AccessRefused(
                "This profile has no API key.",
                hint="`runnel login` asks for it in a terminal.",
                status=failure.status,
                request_id=failure.request_id,
            )
        raise failure

    async def rows(self, resource: str, credentials: Credentials | None = None) -> list[object]:
        """Return the array that a read answers with."""
        received = await self.call("GET", resource, credentials=credentials)
        with received.credentials.veil():
            return as_list(await received.long_json())

    async def unlocked(
        self, attempt: Callable[[Credentials | None], Awaitable[T]], *, vital: bool = False
    ) -> T:
        """Return what `attempt` does; when that is refused, let a person tell a key that is not.

        `attempt` gets the credentials to use, `None` for those of the account. For what is `vital`
        nobody is asked who has a key: that may be refused for other reasons.

        Raises:
            AccessRefused: nobody can be asked, or the person does not want to tell.
        """
        refused: Credentials | None = None
        try:
            # another key may have been told by the time that this one is refused
            refused = await self._current_credentials()
            return await attempt(None)
        except AccessRefused:
            if self._unlock is None or (vital and self._credentials is not NOBODY):
                raise
        async with self._unlocking:
            if self._credentials is not refused:
                # somebody else has asked meanwhile
                return await attempt(None)
            return await self._unlock(partial(self._attempt_with, attempt), vital=vital)

    async def _attempt_with(
        self, attempt: Callable[[Credentials | None], Awaitable[T]], key: str
    ) -> T:
        credentials = self._credentials_of(key)
        result = await attempt(credentials)
        self._credentials = credentials
        return result

    @asynccontextmanager
    async def stream(self, resource: str, content: bytes) -> AsyncIterator[Body]:
        """Post `content` and hand out the body of the answer, as `open_stream` does."""
        async with open_stream(
            self._client,
            self._url(resource),
            credentials=await self._current_credentials(),
            content=content,
            accept="text/plain, */*",
            traffic=self.traffic,
            session_id=id_behind("session", resource),
        ) as body:
            yield body

    def redact(self, text: str) -> str:
        """Return `text` without the key."""
        return text if self._credentials is None else self._credentials.redact(text)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _current_credentials(self) -> Credentials:
        async with self._asking:
            if self._credentials is None:
                assert self._token is not None
                self._credentials = self._credentials_of(await self._token())
            return self._credentials

    def _credentials_of(self, key: str) -> Credentials:
        key = key.strip()
        if not key:
            return NOBODY
        return Credentials(
            {"authorization": f"Bearer {key}"}, (key,), self._known_secrets, noun="API key"
        )

    def _url(self, resource: str) -> str:
        return f"{self.base_url}/api/v1{resource}"

"""HardWire: chats behind a cookie sign-in, answers as server-sent events in two dialects."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
)
from uuid import uuid4

import httpx

from tui.backends.base import Backend, Capabilities
from tui.backends.hardwire_sign_in import SignedIn, SignIn
from tui.backends.hardwire_stream import AnswerDecoder, answer_failure, message_of
from tui.backends.http import (
    READ_TIMEOUT_S,
    Body,
    Credentials,
    Received,
    exchange,
    open_stream,
)
from tui.backends.limit import limited
from tui.backends.sse import read_events
from tui.backends.traffic import Traffic
from tui.backends.wire import (
    Object,
    as_list,
    as_object,
    decode_json,
    encode_json,
    id_at,
    line_at,
    newest_first,
    object_at,
    objects,
    path,
    time_at,
)
from tui.errors import AccessRefused, AnswerFailed, BadInput, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import ALWAYS, Bot, Identity, Message, Period, Role, Session
from tui.safe_text import clean_line

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""
MAX_SEND_BYTES = 102_400
"""Longest body of a send, the JSON around the question included."""
PAGE_CHATS = 100

_REREAD = "Read the session again: the server may have finished the answer."


class HardWire(Backend):
    """One account at one HardWire server; `password` gives the password when it is first needed."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        email: str,
        password: Callable[[], Awaitable[str]],
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._traffic = Traffic()
        self._sign_in = SignIn(client, base_url, email, password, self._traffic)
        self._capabilities = Capabilities(
            bot_noun="model", sessions_belong_to_bot=False, max_send_bytes=MAX_SEND_BYTES
        )

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    def __repr__(self) -> str:
        return f"HardWire({self._base_url!r})"

    async def identify(self) -> Identity:
        return await self._sign_in.verify()

    async def bots(self) -> list[Bot]:
        received = await self._call("GET", path("models"))
        return [
            Bot(slug, line_at(each, "name") or clean_line(slug), line_at(each, "provider"))
            for each in _listed(_unwrapped(received), "models", received.credentials)
            if (slug := id_at(each, "id"))
        ]

    async def preferred_bot(self) -> str:
        signed_in = await self._sign_in.current()
        resource = path("users", signed_in.user_id, "model-preference")
        received = await self._call("GET", resource, tolerated=404)
        return "" if received.status == 404 else id_at(_unwrapped(received), "modelId")

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        signed_in = await self._sign_in.current()
        resource = path("users", signed_in.user_id, "chats")
        found: dict[str, Session] = {}
        offset = 0
        while True:
            received = await self._call("GET", f"{resource}?limit={PAGE_CHATS}&offset={offset}")
            page = _unwrapped(received)
            chats = _listed(page, "chats", received.credentials)
            before = len(found)
            found |= {id_at(chat, "id"): _session(chat) for chat in chats if id_at(chat, "id")}
            total = page.get("total")
            # without a total, rows fall out after the page is cut: a short page need not be the
            # last; one longer than asked for means that all came
            offset += len(chats) if isinstance(total, int) else PAGE_CHATS
            is_all = len(chats) > PAGE_CHATS or (isinstance(total, int) and offset >= total)
            if len(found) == before or is_all:
                return newest_first(each for each in found.values() if period.holds(each))

    async def create_session(self, bot_id: str) -> Session:
        return Session(str(uuid4()))

    async def delete_session(self, session_id: str) -> None:
        await self._call("DELETE", path("chats", session_id))

    async def messages(self, session_id: str) -> list[Message]:
        received = await self._call("GET", path("chats", session_id, "messages"), tolerated=404)
        if received.failure is not None:
            if received.error_body.code == "MESSAGES_NOT_FOUND":
                return []
            raise received.failure
        records = _listed(_unwrapped(received), "messages", received.credentials)
        return [message for record in records if (message := message_of(record))]

    @limited
    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        content = await self._question(bot_id, text)
        url = self._url(path("chats", session_id, "messages", "stream"))
        decoder = AnswerDecoder()
        async with self._opened(url, content) as body:
            if body.media_type == "application/json":
                message = _answer_in(await body.read())
                yield Started()
                yield TextDelta(message.text)
                yield Completed(message.id, message)
                return
            async with aclosing(body.chunks()) as chunks, aclosing(read_events(chunks)) as events:
                async for event in events:
                    for meaning in decoder.decode(event):
                        yield meaning
                    if decoder.finished:
                        return
        raise StreamBroken("The answer ended before the server called it whole.", hint=_REREAD)

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        received = await self._call(
            "POST",
            path("chats", session_id, "messages"),
            content=await self._question(bot_id, text),
            timeout_s=ANSWER_TIMEOUT_S,
        )
        with received.credentials.veil():
            return _answer(_unwrapped(received))

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _question(self, model_id: str, text: str) -> bytes:
        if not model_id:
            raise BadInput("No model is chosen.", hint="Pick one, or set model in the profile.")
        signed_in = await self._sign_in.current()
        content = encode_json({"content": text, "modelId": model_id, "userId": signed_in.user_id})
        if len(content) > MAX_SEND_BYTES:
            raise BadInput(
                f"The question is too long for this server: {len(content):,} bytes as it is sent, "
                f"at most {MAX_SEND_BYTES:,} are taken.",
                hint="Shorten it, or send it in parts.",
            )
        return content

    async def _call(
        self,
        method: str,
        resource: str,
        *,
        content: bytes | None = None,
        timeout_s: float = READ_TIMEOUT_S,
        tolerated: int | None = None,
    ) -> Received:
        """Make a call; one that the server turned away unread for want of a sign-in, twice."""

        async def attempt(signed_in: SignedIn) -> Received:
            return await exchange(
                self._client,
                method,
                self._url(resource),
                credentials=signed_in.credentials,
                content=content,
                timeout_s=timeout_s,
                traffic=self._traffic,
            )

        signed_in = await self._sign_in.current()
        received = await attempt(signed_in)
        if received.status == 401:
            received = await attempt(await self._sign_in.renewed(signed_in))
        if received.failure is not None and received.status != tolerated:
            raise received.failure
        return received

    @asynccontextmanager
    async def _opened(self, url: str, content: bytes) -> AsyncIterator[Body]:
        signed_in = await self._sign_in.current()
        async with AsyncExitStack() as stack:
            try:
                body = await stack.enter_async_context(self._stream_as(signed_in, url, content))
            except AccessRefused as refused:
                if refused.status != 401:
                    raise
                # turned away before anything was stored, so this repeats no question
                signed_in = await self._sign_in.renewed(signed_in)
                body = await stack.enter_async_context(self._stream_as(signed_in, url, content))
            yield body

    def _stream_as(
        self, signed_in: SignedIn, url: str, content: bytes
    ) -> AbstractAsyncContextManager[Body]:
        return open_stream(
            self._client,
            url,
            credentials=signed_in.credentials,
            content=content,
            accept="text/event-stream",
            traffic=self._traffic,
        )

    def _url(self, resource: str) -> str:
        return f"{self._base_url}/api{resource}"


def _unwrapped(received: Received) -> Object:
    """Return the answer without the `data` that the documented dialect puts around it."""
    answer = as_object(received.json())
    return object_at(answer, "data") or answer


def _listed(answer: Object, key: str, credentials: Credentials) -> list[Object]:
    """Return the objects of the list at `key`: an answer without it is no empty list."""
    with credentials.veil():
        return objects(as_list(answer.get(key, answer)))


def _answer(reply: Object) -> Message:
    """Return the assistant's message in the answer to a plain send.

    Raises:
        AnswerFailed: the send succeeded, the answer did not.
    """
    if reply.get("error"):
        raise answer_failure(reply)
    record = object_at(reply, "assistantMessage") or object_at(reply, "response")
    message = message_of(record, Role.ASSISTANT)
    if message is None:
        raise AnswerFailed("The server took the question and gave no answer.", hint=_REREAD)
    return message


def _answer_in(content: bytes) -> Message:
    try:
        reply = decode_json(content)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        raise StreamBroken("The server's answer makes no sense.", hint=_REREAD)
    return _answer(object_at(reply, "data") or reply)


def _session(chat: Object) -> Session:
    created_at = time_at(chat, "createdAt")
    return Session(
        id_at(chat, "id"),
        line_at(chat, "title"),
        line_at(chat, "snippet"),
        created_at,
        time_at(chat, "updatedAt") or created_at,
    )

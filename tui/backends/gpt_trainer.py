"""The GPT-trainer family: one API on many hosts, answers as raw text."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from uuid import uuid4

import httpx

from tui.backends.base import Backend, Capabilities
from tui.backends.failures import ErrorBody
from tui.backends.gpt_trainer_records import answer_parts, messages_of
from tui.backends.http import (
    NOBODY,
    READ_TIMEOUT_S,
    Body,
    Credentials,
    Received,
    exchange,
    open_stream,
)
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
    objects,
    path,
    senseless,
    text_at,
    time_at,
)
from tui.errors import AccessRefused, AnswerFailed, BadInput, NotFound, NotOffered, ServerFailed
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import ALWAYS, Bot, Identity, Message, Period, Role, Session
from tui.safe_text import SafeText, TextCleaner, clean_line

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""


class GptTrainer(Backend):
    """One account, known by its key, at one host of the family.

    `token` gives the key when it is first needed. Without one the host decides what is allowed:
    as a rule no more than talking to a given chatbot.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        token: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._token = token
        self._credentials: Credentials | None = None if token else NOBODY
        self._asking = asyncio.Lock()
        self._traffic = Traffic()
        self._capabilities = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    def __repr__(self) -> str:
        return f"GptTrainer({self._base_url!r})"

    async def identify(self) -> Identity:
        bots = await self.bots()
        count = f"{len(bots)} chatbot" + "s" * (len(bots) != 1)
        return Identity(clean_line(httpx.URL(self._base_url).host), clean_line(f"key for {count}"))

    async def bots(self) -> list[Bot]:
        found = objects(await self._list(path("chatbots")))
        return [
            Bot(uuid, line_at(each, "name") or clean_line(uuid), line_at(each, "model"))
            for each in found
            if (uuid := id_at(each, "uuid"))
        ]

    async def preferred_bot(self) -> str:
        bots = await self.bots()
        return bots[0].id if len(bots) == 1 else ""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        found = objects(await self._list(path("chatbot", _chosen(bot_id), "sessions")))
        made = (_session(each) for each in found if id_at(each, "uuid"))
        return newest_first(session for session in made if period.holds(session))

    async def create_session(self, bot_id: str) -> Session:
        url = path("chatbot", _chosen(bot_id), "session", "create")
        received = await self._call("POST", url, content=b"{}")
        created = as_object(received.json())
        if not id_at(created, "uuid"):
            raise senseless("the new session has no uuid")
        return _session(created)

    async def delete_session(self, session_id: str) -> None:
        try:
            received = await self._call("POST", path("session", session_id, "delete"))
        except NotFound as missing:
            # hosts without this route answer just like those without this session
            await self._call("GET", path("session", session_id))
            raise NotOffered("This host cannot delete sessions.", status=missing.status) from None
        answer = received.json()
        if isinstance(answer, dict) and answer.get("success") is False:
            raise ServerFailed("The server did not delete the session.", status=received.status)

    async def messages(self, session_id: str) -> list[Message]:
        return messages_of(await self._list(path("session", session_id, "messages")))

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        url = self._url(path("session", session_id, "message", "stream"))
        credentials = await self._current_credentials()
        content = encode_json({"query": text})
        async with open_stream(
            self._client,
            url,
            credentials=credentials,
            content=content,
            accept="text/plain, */*",
            traffic=self._traffic,
        ) as body:
            yield Started()
            cleaner = TextCleaner()
            async with aclosing(_texts(body)) as texts:
                async for piece in texts:
                    if safe := cleaner.feed(piece):
                        yield TextDelta(safe)
            if rest := cleaner.finish():
                yield TextDelta(rest)
            yield Completed()

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        received = await self._call(
            "POST",
            path("session", session_id, "message", "non-stream"),
            content=encode_json({"query": text}),
            timeout_s=ANSWER_TIMEOUT_S,
        )
        record = as_object(received.json())
        with received.credentials.veil():
            _refuse_failure(record)
        message_id = id_at(record, "uuid") or f"local-{uuid4().hex}"
        return Message(
            message_id, Role.ASSISTANT, answer_parts(record), time_at(record, "created_at")
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _list(self, resource: str) -> list[object]:
        received = await self._call("GET", resource)
        with received.credentials.veil():
            return as_list(received.json())

    async def _call(
        self,
        method: str,
        resource: str,
        *,
        content: bytes | None = None,
        timeout_s: float = READ_TIMEOUT_S,
    ) -> Received:
        credentials = await self._current_credentials()
        received = await exchange(
            self._client,
            method,
            self._url(resource),
            credentials=credentials,
            content=content,
            timeout_s=timeout_s,
            traffic=self._traffic,
        )
        failure = received.failure
        if failure is None:
            return received
        if isinstance(failure, AccessRefused) and credentials is NOBODY:
            raise AccessRefused(
                "Without a key this server lets us do no more than talk to a given chatbot.",
                hint="Set token or token_command, or name the chatbot, in this profile.",
                status=failure.status,
                request_id=failure.request_id,
            )
        raise failure

    async def _current_credentials(self) -> Credentials:
        async with self._asking:
            if self._credentials is None:
                assert self._token is not None
                key = (await self._token()).strip()
                self._credentials = NOBODY
                if key:
                    self._credentials = Credentials({"authorization": f"Bearer {key}"}, (key,))
            return self._credentials

    def _url(self, resource: str) -> str:
        return f"{self._base_url}/api/v1{resource}"


async def _texts(body: Body) -> AsyncGenerator[str, None]:
    """Yield the pieces of an answer: raw text, unless a proxy says that it made events or JSON."""
    if body.media_type == "text/event-stream":
        async with aclosing(body.chunks()) as chunks, aclosing(read_events(chunks)) as events:
            async for event in events:
                if event.data != "[DONE]":
                    yield event.data
    elif body.media_type == "application/json":
        yield _whole_text((await body.read()).decode("utf-8", "replace"))
    else:
        # bytes, not lines: a line reader eats the newlines of raw text
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        async with aclosing(body.chunks()) as chunks:
            async for chunk in chunks:
                yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def _whole_text(content: str) -> str:
    """Return the answer in a JSON body; text that only claims to be JSON is the answer itself."""
    try:
        value = decode_json(content)
    except ValueError:
        return content
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return content
    _refuse_failure(value)
    response = value.get("response", content)
    return response if isinstance(response, str) else content if response else ""


def _refuse_failure(record: Object) -> None:
    told = ErrorBody.of(record, 500).words if record.get("error") else SafeText("")
    words = told or line_at(record, "error_message")
    if words and not text_at(record, "response"):
        raise AnswerFailed(f"The server could not answer: {words.rstrip('.')}.")


def _session(record: Object) -> Session:
    created_at = time_at(record, "created_at")
    return Session(
        id_at(record, "uuid"),
        created_at=created_at,
        updated_at=time_at(record, "modified_at") or created_at,
    )


def _chosen(bot_id: str) -> str:
    if not bot_id:
        raise BadInput("No chatbot is chosen.", hint="Pick one, or set chatbot in the profile.")
    return bot_id

"""HardWire: chats behind a cookie sign-in, answers as server-sent events in two dialects."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from tui.backends.answer_limit import limited
from tui.backends.base import Backend, Capabilities, Unlock
from tui.backends.hardwire import workflows as hardwire_workflows
from tui.backends.hardwire.answer_events import (
    REREAD,
    AnswerDecoder,
    answer_in,
    answer_of,
    message_of,
)
from tui.backends.hardwire.calls import Calls, listed, unwrapped
from tui.backends.hardwire.chats import read_chats
from tui.backends.hardwire.past_runs import PastRuns
from tui.backends.hardwire.sign_in import SignIn
from tui.backends.hardwire.sign_in_file import SignInFile
from tui.backends.hardwire.titles import read_title
from tui.backends.http.sse import read_events
from tui.backends.http.traffic import Traffic
from tui.backends.json_reading import (
    Object,
    encode_json,
    id_at,
    line_at,
    made_of,
    newest_first,
    newest_rows,
    oldest_first,
    once_each,
    path,
)
from tui.errors import BadInput, NotFound, NotOffered, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import ALWAYS, Bot, Identity, Message, Period, Run, Session, Workflow
from tui.safe_text import SafeText, clean_line

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""
MAX_SEND_BYTES = 102_400
"""Longest body of a send, the JSON around the question included."""

_ABILITIES = {
    "delete_session": "delete sessions",
    "whole_answers": "answer without streaming",
    "workflows": "run workflows",
    "later_titles": "name sessions",
}
"""Names of capabilities that a host may lack -> what it cannot do then."""


class HardWire(Backend):
    """One account at one HardWire server.

    `password` gives the password when it is first needed, and again after a refusal. Where a
    person is asked, `unlock` does so in its place. With a `file` the sign-in is kept there until
    the next start.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        email: str,
        password: Callable[[], Awaitable[str]],
        file: SignInFile | None = None,
        *,
        unlock: Unlock | None = None,
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._traffic = Traffic()
        self._sign_in = SignIn(client, base_url, email, password, self._traffic, file, unlock)
        self._calls = Calls(client, base_url, self._sign_in, self._traffic)
        self._past_runs = PastRuns(self._calls)
        self._keeps_preference = True
        self._capabilities = Capabilities(
            bot_noun="model",
            sessions_belong_to_bot=False,
            whole_answers=True,
            workflows=True,
            later_titles=True,
            max_send_bytes=MAX_SEND_BYTES,
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

    async def sign_out(self) -> None:
        await self._sign_in.sign_out()

    async def bots(self) -> list[Bot]:
        received = await self._calls.make("GET", path("models"))
        return once_each(
            Bot(slug, line_at(each, "name") or clean_line(slug), line_at(each, "provider"))
            for each in listed(unwrapped(received), "models", received.credentials)
            if (slug := id_at(each, "id"))
        )

    async def preferred_bot(self) -> str:
        return await self._preference("GET")

    async def prefer_bot(self, bot_id: str) -> None:
        await self._preference("POST", encode_json({"modelId": bot_id}))

    async def _preference(self, method: str, content: bytes | None = None) -> str:
        """Return the model the server keeps; from a host that keeps none nothing is asked again."""
        resource = path("users", await self._calls.user_id(), "model-preference")
        if not self._keeps_preference:
            return ""
        try:
            received = await self._calls.make(method, resource, content=content)
        except (NotFound, NotOffered):
            self._keeps_preference = False
            return ""
        return "" if content else id_at(unwrapped(received), "modelId")

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        return newest_first(each for each in await read_chats(self._calls) if period.holds(each))

    async def create_session(self, bot_id: str) -> Session:
        # there is no call for it: the first question under a fresh id makes the chat
        return Session(str(uuid4()))

    async def delete_session(self, session_id: str) -> None:
        with self._offering("delete_session"):
            await self._calls.make("DELETE", path("chats", session_id))

    async def messages(self, session_id: str) -> list[Message]:
        resource = path("chats", session_id, "messages")
        received = await self._calls.make("GET", resource, tolerated=frozenset({404}))
        if received.failure is not None:
            if received.error_body.code == "MESSAGES_NOT_FOUND":
                return []
            raise NotFound(
                "There is no such session at the server.",
                status=received.status,
                request_id=received.failure.request_id,
            )
        records = listed(unwrapped(received), "messages", received.credentials)
        history = await made_of(records, _messages)
        # what is read for titles needs no more than the texts
        if self._traffic.is_unhurried:
            return history
        return await self._past_runs.told_in(session_id, history)

    async def new_title(self, session_id: str) -> SafeText:
        with self._offering("later_titles"):
            return await read_title(self._calls, session_id)

    @limited
    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        content = await self._question(bot_id, text)
        decoder = AnswerDecoder()
        resource = path("chats", session_id, "messages", "stream")
        async with self._calls.opened(resource, content) as body:
            if body.media_type == "application/json":
                message = answer_in(await body.read())
                yield Started()
                yield TextDelta(message.text)
                yield Completed(message.id, message)
                return
            async with aclosing(body.chunks()) as chunks, aclosing(read_events(chunks)) as events:
                async for event in events:
                    for meaning in decoder.decode(event):
                        if isinstance(meaning, Started):
                            self._past_runs.leave_out(session_id, meaning.message_id)
                        yield meaning
                    if decoder.finished:
                        return
        raise StreamBroken("The answer ended before the server called it whole.", hint=REREAD)

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        content = await self._question(bot_id, text)
        with self._offering("whole_answers"):
            received = await self._calls.make(
                "POST",
                path("chats", session_id, "messages"),
                content=content,
                timeout_s=ANSWER_TIMEOUT_S,
            )
        with received.credentials.veil():
            return answer_of(unwrapped(received))

    async def workflows(self) -> list[Workflow]:
        with self._offering("workflows"):
            return await hardwire_workflows.read_workflows(self._calls)

    @limited
    async def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        content = await self._question(bot_id, text, workflow_id)
        with self._offering("workflows"):
            run = hardwire_workflows.start(self._calls, session_id, content)
            async with aclosing(run) as events:
                async for event in events:
                    yield event

    async def running(self, session_id: str) -> Run | None:
        return await hardwire_workflows.read_running(self._calls, session_id)

    @limited
    async def follow(self, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
        run = hardwire_workflows.follow(self._calls, session_id, run_id)
        async with aclosing(run) as events:
            async for event in events:
                yield event

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _question(self, model_id: str, text: str, workflow_id: str = "") -> bytes:
        """Return the body of a send; the server takes no other keys than these."""
        if not model_id:
            raise BadInput("No model is chosen.", hint="Pick one, or set model in the profile.")
        body = {"content": text, "modelId": model_id, "userId": await self._calls.user_id()}
        if workflow_id:
            body["workflowId"] = workflow_id
        content = encode_json(body)
        if len(content) > MAX_SEND_BYTES:
            raise BadInput(
                f"The question is too long for this server: {len(content):,} bytes as it is sent, "
                f"at most {MAX_SEND_BYTES:,} are taken.",
                hint="Shorten it, or send it in parts.",
            )
        return content

    @contextmanager
    def _offering(self, ability: str) -> Iterator[None]:
        """Remember from the calls made inside that this host does not offer `ability`."""
        missing = NotOffered(f"This server cannot {_ABILITIES[ability]}.")
        if not getattr(self._capabilities, ability):
            raise missing
        try:
            yield
        except NotOffered as error:
            lacking: dict[str, Any] = {ability: False}
            self._capabilities = replace(self._capabilities, **lacking)
            raise missing from error


def _messages(records: Sequence[Object]) -> list[Message]:
    found: list[Message] = []
    unnamed = count()
    for record in records:
        message = message_of(record)
        if message is None and record.get("content"):
            # what was said is shown, though nothing can be done with it
            message = message_of({**record, "id": f"unnamed-{next(unnamed)}"})
        if message is not None:
            found.append(message)
    return newest_rows(oldest_first(found, lambda each: each.created_at))

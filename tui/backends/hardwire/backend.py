"""Backend of HardWire: chats behind a cookie sign-in, answers as server-sent events.

Source: HardWire's documentation, and the wire of a real server where that differs.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from itertools import count
from uuid import uuid4

import httpx

from tui.backends.answer_limit import limited
from tui.backends.base import (
    AccountSignIn,
    Backend,
    BodyDecoder,
    BotPreference,
    Capabilities,
    SessionDeletion,
    Titles,
    Unlock,
    WholeAnswers,
    WorkflowRunner,
)
from tui.backends.hardwire.answer_events import AnswerDecoder, answer_in, message_of
from tui.backends.hardwire.auth_calls import AuthCalls
from tui.backends.hardwire.batches import meanings
from tui.backends.hardwire.bodies import body_decoder
from tui.backends.hardwire.calls import SignedInCalls, listed, unwrapped
from tui.backends.hardwire.chats import ChatDeletion, read_chats
from tui.backends.hardwire.past_runs import PastRuns
from tui.backends.hardwire.preference import ModelPreference
from tui.backends.hardwire.questions import MAX_SEND_BYTES, question_body
from tui.backends.hardwire.sign_in import SharedSignIn
from tui.backends.hardwire.sign_in_file import KeptSignIns
from tui.backends.hardwire.titles import HardWireTitles
from tui.backends.hardwire.whole_answers import HardWireWholeAnswers
from tui.backends.hardwire.workflows import HardWireWorkflows
from tui.backends.http.credentials import KnownSecrets
from tui.backends.json_reading import (
    Object,
    id_at,
    line_at,
    made_of,
    newest_rows,
    oldest_first,
    once_each,
    path,
    session_list,
)
from tui.backends.traffic import Traffic
from tui.backends.whole_body import events_of
from tui.errors import MAYBE_FINISHED_HINT, NotFound, StreamBroken
from tui.events import Started, StreamEvent
from tui.model import ALWAYS, Bot, Identity, Message, Period, Role, Session
from tui.safe_text import clean_line


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
        file: KeptSignIns | None = None,
        *,
        unlock: Unlock | None = None,
        known_secrets: KnownSecrets | None = None,
        new_session_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._traffic = Traffic()
        self._new_session_id = new_session_id
        auth = AuthCalls(client, base_url, email, self._traffic, known_secrets)
        self._sign_in = SharedSignIn(auth, base_url, email, password, file, unlock)
        self._calls = SignedInCalls(client, base_url, self._sign_in, self._traffic)
        self._past_runs = PastRuns(self._calls)
        self._preference = ModelPreference(self._calls)
        self._chat_deletion = ChatDeletion(self._calls)
        self._whole_answers = HardWireWholeAnswers(self._calls)
        self._titles = HardWireTitles(self._calls)
        self._workflows = HardWireWorkflows(self._calls)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            "model",
            sessions_belong_to_bot=False,
            max_send_bytes=MAX_SEND_BYTES,
            proof="cookie: $COOKIES",
        )

    @property
    def session_deletion(self) -> SessionDeletion | None:
        return self._chat_deletion if self._chat_deletion.offer.stands else None

    @property
    def whole_answers(self) -> WholeAnswers | None:
        return self._whole_answers if self._whole_answers.offer.stands else None

    @property
    def titles(self) -> Titles | None:
        return self._titles if self._titles.offer.stands else None

    @property
    def workflows(self) -> WorkflowRunner | None:
        return self._workflows if self._workflows.offer.stands else None

    @property
    def bot_preference(self) -> BotPreference | None:
        return self._preference if self._preference.is_kept else None

    @property
    def sign_in(self) -> AccountSignIn:
        return self._sign_in

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    def __repr__(self) -> str:
        return f"HardWire({self._base_url!r})"

    async def identify(self) -> Identity:
        return await self._sign_in.verify()

    async def bots(self) -> list[Bot]:
        received = await self._calls.make("GET", path("models"))
        return once_each(
            Bot(slug, line_at(each, "name") or clean_line(slug), line_at(each, "provider"))
            for each in listed(unwrapped(received), "models", received.credentials)
            if (slug := id_at(each, "id"))
        )

    async def preferred_bot(self) -> str:
        return await self._preference.read()

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        return session_list(each for each in await read_chats(self._calls) if period.holds(each))

    async def create_session(self, bot_id: str) -> Session:
        # there is no call for it: the first question under a fresh id makes the chat
        return Session(self._new_session_id())

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        resource = path("chats", session_id, "messages")
        received = await self._calls.make("GET", resource, tolerated=frozenset({404}))
        if received.failure is not None:
            if received.error_body.code == "MESSAGES_NOT_FOUND":
                return []
            raise NotFound(
                "The server has no such session.",
                status=received.status,
                request_id=received.failure.request_id,
            )
        records = listed(unwrapped(received), "messages", received.credentials)
        history = await made_of(records, _messages)
        # what is read for titles needs no more than the texts
        if self._traffic.is_unhurried:
            return history
        return await self._past_runs.told_in(session_id, history)

    @limited
    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        content = await question_body(self._calls, bot_id, text)
        decoder = AnswerDecoder()
        resource = path("chats", session_id, "messages", "stream")
        async with self._calls.opened(resource, content) as body:
            if body.media_type == "application/json":
                for event in events_of(answer_in(await body.read())):
                    yield event
                return
            async with (
                aclosing(body.chunks()) as chunks,
                aclosing(meanings(chunks, decoder)) as events,
            ):
                async for event in events:
                    if isinstance(event, Started):
                        self._past_runs.leave_out(session_id, event.message_id)
                    yield event
        if not decoder.finished:
            raise StreamBroken(
                "The answer ended before the server marked it complete.", hint=MAYBE_FINISHED_HINT
            )

    async def aclose(self) -> None:
        await self._client.aclose()

    def answer_decoder(self, method: str, path: str, media_type: str) -> BodyDecoder | None:
        return body_decoder(method, path, media_type)


def _messages(records: Sequence[Object]) -> list[Message]:
    messages: list[Message] = []
    unnamed = count()
    for record in records:
        message = message_of(record)
        if message is None and record.get("content"):
            # what was said is shown, though nothing can be done with it
            message = message_of({**record, "id": f"unnamed-{next(unnamed)}"})
        if message is not None:
            messages.append(message)
    in_order = oldest_first(messages, lambda each: each.created_at)
    return newest_rows(in_order[::-1] if _is_backwards(in_order) else in_order)


def _is_backwards(messages: Sequence[Message]) -> bool:
    """Say whether the newest of messages of one and the same time comes first.

    Times cannot tell; but a question does not come last, below the answer to it.
    """
    is_one_time = len({each.created_at for each in messages}) == 1
    return (
        is_one_time
        and messages[0].created_at is not None
        and messages[0].role is Role.ASSISTANT
        and messages[-1].role is Role.USER
    )

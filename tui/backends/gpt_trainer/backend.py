"""The GPT-trainer family: one API on many hosts, answers as raw text."""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from tui.backends.answer_limit import limited
from tui.backends.base import Backend, Capabilities
from tui.backends.gpt_trainer.bots import bot_of
from tui.backends.gpt_trainer.calls import Calls
from tui.backends.gpt_trainer.deletions import REFUSED_SOME, refuse_some, refuse_undone
from tui.backends.gpt_trainer.records import answer_parts, exchange_id, messages_of
from tui.backends.gpt_trainer.stream import refuse_failure, texts, transcript
from tui.backends.http.exchange import READ_TIMEOUT_S, Received
from tui.backends.http.traffic import Traffic
from tui.backends.json_reading import (
    Object,
    as_object,
    encode_json,
    id_at,
    made_of,
    message_text,
    newest_first,
    objects,
    once_each,
    path,
    senseless,
    time_at,
)
from tui.errors import BadInput, NotFound, NotOffered, RunnelError
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import ALWAYS, Bot, Identity, Message, Period, Role, Session
from tui.safe_text import SafeText, TextCleaner, clean_line

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""
_REFUSALS = {400, 404, 422}
"""With these a host refuses bounds of time that it does not know."""


class _Newer(enum.Enum):
    """What some hosts do not offer, and the sentence that says so."""

    DELETE_SESSION = "This host cannot delete sessions."
    DELETE_MESSAGES = "This host cannot delete messages."
    PLAIN_TEXT = "This host does not write sessions out as plain text."
    WHOLE_ANSWERS = "This host answers by streaming only."


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
        self._calls = Calls(client, base_url, token)
        self._lacking: set[_Newer] = set()
        self._takes_period = True
        self._deletes_together = True

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            bot_noun="chatbot",
            sessions_belong_to_bot=True,
            delete_session=_Newer.DELETE_SESSION not in self._lacking,
            delete_messages=_Newer.DELETE_MESSAGES not in self._lacking,
            plain_text=_Newer.PLAIN_TEXT not in self._lacking,
            whole_answers=_Newer.WHOLE_ANSWERS not in self._lacking,
            operators=True,
        )

    @property
    def traffic(self) -> Traffic:
        return self._calls.traffic

    def __repr__(self) -> str:
        return f"GptTrainer({self._calls.base_url!r})"

    async def identify(self) -> Identity:
        bots = await self.bots()
        count = f"{len(bots)} chatbot" + "s" * (len(bots) != 1)
        host = httpx.URL(self._calls.base_url).host
        return Identity(clean_line(host), clean_line(f"key for {count}"))

    async def bots(self) -> list[Bot]:
        found = objects(await self._calls.rows(path("chatbots")))
        return once_each(bot for each in found if (bot := bot_of(each)))

    async def preferred_bot(self) -> str:
        bots = await self.bots()
        return bots[0].id if len(bots) == 1 else ""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        rows = await self._session_rows(path("chatbot", _chosen(bot_id), "sessions"), period)
        made = await made_of(objects(rows), _sessions)
        return newest_first(session for session in made if period.holds(session))

    async def create_session(self, bot_id: str) -> Session:
        url = path("chatbot", _chosen(bot_id), "session", "create")
        received = await self._calls.call("POST", url, content=b"{}")
        created = as_object(received.json())
        if not id_at(created, "uuid"):
            raise senseless("the new session has no uuid")
        return _session(created)

    async def delete_session(self, session_id: str) -> None:
        received = await self._newer(
            _Newer.DELETE_SESSION,
            path("session", session_id, "delete"),
            partial(self._has_session, session_id),
        )
        refuse_undone(received, "the session")

    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        # one of ours is not at the server
        stored = (each for each in message_ids if not each.startswith("local-"))
        uuids = list(dict.fromkeys(exchange_id(each) for each in stored))
        together = len(uuids) > 1 and self._deletes_together
        if together and _Newer.DELETE_MESSAGES not in self._lacking:
            try:
                received = await self._calls.call(
                    "POST",
                    path("messages", "delete"),
                    content=encode_json({"uuids": uuids}),
                    kept_status=REFUSED_SOME,
                )
            except (NotFound, NotOffered):
                self._deletes_together = False
            else:
                refuse_some(received, len(uuids))
                refuse_undone(received, "the messages")
                return
        for uuid in uuids:
            await self._delete_exchange(session_id, uuid)

    async def messages(self, session_id: str) -> list[Message]:
        rows = await self._calls.rows(path("session", session_id, "messages"))
        return await made_of(rows, messages_of)

    async def plain_text(self, session_id: str) -> SafeText:
        received = await self._newer(
            _Newer.PLAIN_TEXT,
            path("session", session_id, "messages", "plain-text"),
            partial(self._has_session, session_id),
            method="GET",
            accept="text/plain, */*",
        )
        with received.credentials.veil():
            text = transcript(received.content.decode("utf-8-sig", "replace"))
        return message_text(text)[0]

    @limited
    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        resource = path("session", session_id, "message", "stream")
        async with self._calls.stream(resource, encode_json({"query": text})) as body:
            yield Started()
            cleaner = TextCleaner()
            async with aclosing(texts(body)) as pieces:
                async for piece in pieces:
                    if safe := cleaner.feed(piece):
                        yield TextDelta(safe)
            if rest := cleaner.finish():
                yield TextDelta(rest)
            yield Completed()

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        received = await self._newer(
            _Newer.WHOLE_ANSWERS,
            path("session", session_id, "message", "non-stream"),
            partial(self._has_session, session_id),
            content=encode_json({"query": text}),
            timeout_s=ANSWER_TIMEOUT_S,
        )
        record = as_object(received.json())
        with received.credentials.veil():
            refuse_failure(record)
        message_id = id_at(record, "uuid") or f"local-{uuid4().hex}"
        return Message(
            message_id, Role.ASSISTANT, answer_parts(record), time_at(record, "created_at")
        )

    async def aclose(self) -> None:
        await self._calls.aclose()

    async def _newer(
        self,
        newer: _Newer,
        resource: str,
        is_there: Callable[[], Awaitable[bool]],
        *,
        method: str = "POST",
        content: bytes | None = None,
        accept: str = "application/json",
        timeout_s: float = READ_TIMEOUT_S,
    ) -> Received:
        """Make a call that not every host offers, and remember when this one does not.

        `is_there` looks whether the thing exists that the call is about.

        Raises:
            NotFound: it does not.
            NotOffered: the host lacks the route; from then on nothing is asked any more.
        """
        if newer not in self._lacking:
            try:
                return await self._calls.call(
                    method, resource, content=content, accept=accept, timeout_s=timeout_s
                )
            except NotOffered:
                pass
            except NotFound:
                # hosts without the route answer just like those without the thing
                if not await is_there():
                    raise
            self._lacking.add(newer)
        raise NotOffered(newer.value)

    async def _has_session(self, session_id: str) -> bool:
        try:
            await self._calls.call("GET", path("session", session_id))
        except NotFound:
            return False
        return True

    async def _has_exchange(self, session_id: str, uuid: str) -> bool:
        rows = objects(await self._calls.rows(path("session", session_id, "messages")))
        return any(id_at(each, "uuid") == uuid for each in rows)

    async def _delete_exchange(self, session_id: str, uuid: str) -> None:
        """Delete one exchange; gone already is as good."""
        try:
            received = await self._newer(
                _Newer.DELETE_MESSAGES,
                path("message", uuid, "delete"),
                partial(self._has_exchange, session_id, uuid),
            )
        except NotFound:
            return
        refuse_undone(received, "the message")

    async def _session_rows(self, resource: str, period: Period) -> list[object]:
        """Return all sessions, or no more than those of `period` where the host can tell them."""
        bounds = _bounds(period) if self._takes_period else {}
        if bounds:
            try:
                return await self._calls.rows(f"{resource}?{urlencode(bounds)}")
            except RunnelError as refused:
                if refused.status not in _REFUSALS:
                    raise
        rows = await self._calls.rows(resource)
        if bounds:
            self._takes_period = False
        return rows


def _bounds(period: Period) -> dict[str, str]:
    """Return the query that asks for `period` and a little more, none for all times."""
    bounds = {}
    if period.start is not None:
        bounds["start_timestamp"] = _wire_time(period.start)
    if period.end is not None:
        # hosts keep times more exactly than the whole seconds that they tell
        with suppress(OverflowError):
            bounds["end_timestamp"] = _wire_time(period.end + timedelta(seconds=1))
    return bounds


def _wire_time(moment: datetime) -> str:
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def _sessions(records: Sequence[Object]) -> list[Session]:
    return [_session(each) for each in records if id_at(each, "uuid")]


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

"""Backend of the GPT-trainer family: one API on many hosts, answers as raw text.

Source: the vendor's API reference; the bounds of time and what refuses them as seen on the wire.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import httpx

from tui.backends.answer_limit import limited
from tui.backends.base import (
    Backend,
    BodyDecoder,
    Capabilities,
    MessageDeletion,
    People,
    PlainTexts,
    SessionDeletion,
    Teaching,
    Unlock,
    WholeAnswers,
)
from tui.backends.gpt_trainer.bots import bot_of
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.deletions import (
    GptTrainerMessageDeletion,
    GptTrainerSessionDeletion,
)
from tui.backends.gpt_trainer.people import GptTrainerPeople
from tui.backends.gpt_trainer.plain_texts import GptTrainerPlainTexts
from tui.backends.gpt_trainer.records import messages_of
from tui.backends.gpt_trainer.session_facts import session_facts
from tui.backends.gpt_trainer.shown_sources import ShownSources
from tui.backends.gpt_trainer.stream import StreamDecoder
from tui.backends.gpt_trainer.teaching import GptTrainerTeaching
from tui.backends.gpt_trainer.whole_answers import (
    WHOLE_ANSWER_PATH,
    GptTrainerWholeAnswers,
    read_answer,
)
from tui.backends.http.credentials import Credentials, KnownSecrets
from tui.backends.http.response import WholeResponse
from tui.backends.json_reading import (
    Object,
    as_object,
    encode_json,
    id_at,
    made_of,
    objects,
    once_each,
    path,
    senseless,
    session_list,
    time_at,
)
from tui.backends.traffic import Traffic
from tui.backends.whole_body import WholeBody
from tui.errors import BadInput, RunnelError
from tui.events import Completed, Started, StreamEvent
from tui.model import ALWAYS, Bot, Identity, Message, Period, Session
from tui.safe_text import clean_line

_REFUSALS = {400, 404, 422}
"""With these a host refuses bounds of time that it does not know."""

STREAM_PATH = "/message/stream"
_LOOKED_AT = 1_000
"""So many sessions of a list are enough to see whether it tells who they are held with."""


class GptTrainer(Backend):
    """One account, known by its key, at one host of the family.

    `token` gives the key when it is first needed. Without one the host decides what is allowed:
    as a rule no more than talking to a given chatbot. Where the host wants another key to tell its
    chatbots, `unlock` has a person tell it.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        token: Callable[[], Awaitable[str]] | None = None,
        *,
        unlock: Unlock | None = None,
        known_secrets: KnownSecrets | None = None,
    ) -> None:
        self._calls = KeyedCalls(client, base_url, token, known_secrets, unlock)
        self._shown_sources = ShownSources(self._calls)
        self._takes_period = True
        self._people = GptTrainerPeople(self._calls)
        self._teaching = GptTrainerTeaching(self._calls)
        self._session_deletion = GptTrainerSessionDeletion(self._calls)
        self._message_deletion = GptTrainerMessageDeletion(self._calls)
        self._plain_texts = GptTrainerPlainTexts(self._calls)
        self._whole_answers = GptTrainerWholeAnswers(self._calls)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            bot_noun="chatbot",
            sessions_belong_to_bot=True,
            operators=True,
            proof="authorization: Bearer $API_KEY",
        )

    @property
    def takes_period(self) -> bool:
        return self._takes_period

    @property
    def session_deletion(self) -> SessionDeletion | None:
        return self._session_deletion if self._session_deletion.offer.stands else None

    @property
    def message_deletion(self) -> MessageDeletion | None:
        return self._message_deletion if self._message_deletion.offer.stands else None

    @property
    def plain_texts(self) -> PlainTexts | None:
        return self._plain_texts if self._plain_texts.offer.stands else None

    @property
    def whole_answers(self) -> WholeAnswers | None:
        return self._whole_answers if self._whole_answers.offer.stands else None

    @property
    def people(self) -> People | None:
        return self._people if self._people.is_needed else None

    @property
    def teaching(self) -> Teaching | None:
        return self._teaching if self._teaching.offer.stands else None

    @property
    def traffic(self) -> Traffic:
        return self._calls.traffic

    def __repr__(self) -> str:
        return f"GptTrainer({self._calls.base_url!r})"

    async def identify(self) -> Identity:
        bots = await self.bots()
        count = f"{len(bots)} chatbot" + "s" * (len(bots) != 1)
        return Identity(clean_line(f"key accepted, {count}"))

    async def bots(self) -> list[Bot]:
        records = objects(await self._calls.unlocked(partial(self._calls.rows, path("chatbots"))))
        self._shown_sources.note(records)
        return once_each(bot for each in records if (bot := bot_of(each)))

    async def preferred_bot(self) -> str:
        # the API knows of none
        return ""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        rows = await self._session_rows(path("chatbot", _chosen(bot_id), "sessions"), period)
        self._people.note(objects(rows)[:_LOOKED_AT])
        made = await made_of(objects(rows), _sessions)
        return session_list(session for session in made if period.holds(session))

    async def create_session(self, bot_id: str) -> Session:
        url = path("chatbot", _chosen(bot_id), "session", "create")

        async def create(credentials: Credentials | None) -> WholeResponse:
            return await self._calls.call("POST", url, content=b"{}", credentials=credentials)

        # many hosts let anybody talk to a bot that is public, others want a key for that too
        received = await self._calls.unlocked(create, vital=True)
        created = as_object(received.json())
        if not id_at(created, "uuid"):
            raise senseless("the new session has no uuid")
        return _session(created)

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        rows = await self._calls.rows(path("session", session_id, "messages"))
        shows_sources = await self._shown_sources.of(bot_id) if rows else None
        make = partial(messages_of, redact=self._calls.redact, shows_sources=shows_sources)
        return await made_of(rows, make)

    @limited
    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        resource = path("session", session_id) + STREAM_PATH
        async with self._calls.stream(resource, encode_json({"query": text})) as body:
            yield Started()
            decoder = StreamDecoder(body.media_type)
            async with aclosing(body.chunks()) as chunks:
                async for chunk in chunks:
                    for event in decoder.feed(chunk):
                        yield event
            for event in decoder.finish():
                yield event
            yield Completed()

    def answer_decoder(self, method: str, path: str, media_type: str) -> BodyDecoder | None:
        if path.endswith(STREAM_PATH):
            return StreamDecoder(media_type)
        return WholeBody(read_answer) if path.endswith(WHOLE_ANSWER_PATH) else None

    async def aclose(self) -> None:
        await self._calls.aclose()

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
        facts=session_facts(record),
    )


def _chosen(bot_id: str) -> str:
    if not bot_id:
        raise BadInput("No chatbot is chosen.", hint="Pick one, or set chatbot in the profile.")
    return bot_id

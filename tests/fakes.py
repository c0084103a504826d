"""Backend without a wire, for conversation and screen, and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tests.optional_parts import OptionalParts
from tui.backends.base import BodyDecoder, Capabilities
from tui.backends.hardwire.bodies import body_decoder
from tui.backends.traffic import Traffic
from tui.conversation import Connection
from tui.conversation.history_cache import HistoryCache
from tui.errors import NotFound, RunnelError
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import (
    ALWAYS,
    Bot,
    Identity,
    Message,
    Part,
    Period,
    Profile,
    Role,
    Run,
    Session,
    TextPart,
    Workflow,
)
from tui.safe_text import SafeText, clean
from tui.store import MemoryStore, Store
from tui.tapes.wire import Wire, WireLog

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)

T = TypeVar("T")

Step = StreamEvent | RunnelError | asyncio.Event
"""What a script does next: yield an event, raise an error, wait for the test."""


def user(message_id: str, text: str) -> Message:
    return Message(message_id, Role.USER, (TextPart(clean(text)),))


def assistant(message_id: str, *parts: Part | str) -> Message:
    made = tuple(TextPart(clean(part)) if isinstance(part, str) else part for part in parts)
    return Message(message_id, Role.ASSISTANT, made)


@dataclass(repr=False)
class ScriptedBackend(OptionalParts):
    """Answers each send with the next script and stores what the script's text makes whole."""

    histories: dict[str, list[Message]] = field(default_factory=dict)
    scripts: list[Sequence[Step]] = field(default_factory=list)
    listed: list[Session] = field(default_factory=list)
    can: Capabilities = field(
        default_factory=lambda: Capabilities(bot_noun="model", sessions_belong_to_bot=False)
    )
    seen_traffic: Traffic = field(default_factory=Traffic)
    sent: list[str] = field(default_factory=list)
    asked_bots: list[str] = field(default_factory=list)
    reads: int = 0
    stores: Callable[[str, str, str], list[Message]] | None = None
    """Session id, question, streamed text -> what the server stores; `None`: both as they are."""
    read_errors: list[RunnelError] = field(default_factory=list)
    """Raised by the next readings of a history, one each."""
    shows: Callable[[int, list[Message]], list[Message]] | None = None
    """Number of the reading from 1, what is stored -> what is read; `None`: all of it."""
    read_gates: list[asyncio.Event] = field(default_factory=list)
    """Each of the next readings waits for one of these after it looked at the history."""
    create_errors: list[RunnelError] = field(default_factory=list)
    """Raised by the next makings of a session, one each."""
    offered: list[Bot] = field(default_factory=lambda: [Bot("bot", SafeText("Bot"))])
    preferred: str = ""
    streams_open: int = 0
    read_periods: list[Period] = field(default_factory=list)
    deleted_messages: list[str] = field(default_factory=list)
    offered_workflows: list[Workflow] = field(default_factory=list)
    going_on: dict[str, Run] = field(default_factory=dict)
    """Session id -> the run that goes on in it; following it plays the next script."""
    next_titles: list[SafeText] = field(default_factory=list)
    """What the server names sessions next."""

    @property
    def capabilities(self) -> Capabilities:
        return self.can

    def answer_decoder(self, method: str, path: str, media_type: str) -> BodyDecoder | None:
        return body_decoder(method, path, media_type)

    @property
    def traffic(self) -> Traffic:
        return self.seen_traffic

    async def identify(self) -> Identity:
        return Identity(SafeText("tester"))

    async def bots(self) -> list[Bot]:
        return list(self.offered)

    async def preferred_bot(self) -> str:
        return self.preferred

    async def prefer_bot(self, bot_id: str) -> None:
        self.preferred = bot_id

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        self.read_periods.append(period)
        return [session for session in self.listed if period.holds(session)]

    async def create_session(self, bot_id: str) -> Session:
        if self.create_errors:
            raise self.create_errors.pop(0)
        session = Session(f"new-{len(self.histories)}", created_at=NOON, updated_at=NOON)
        self.histories[session.id] = []
        self.listed.insert(0, session)
        return session

    async def delete_session(self, session_id: str) -> None:
        del self.histories[session_id]
        self.listed = [session for session in self.listed if session.id != session_id]

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        self.reads += 1
        if self.read_errors:
            raise self.read_errors.pop(0)
        if session_id not in self.histories:
            raise NotFound("No such session.")
        stored = list(self.histories[session_id])
        if self.shows is not None:
            stored = self.shows(self.reads, stored)
        if self.read_gates:
            await self.read_gates.pop(0).wait()
        return stored

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        self.sent.append(text)
        self.asked_bots.append(bot_id)
        self.streams_open += 1
        streamed: list[str] = []
        try:
            for step in self.scripts.pop(0):
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, RunnelError):
                    raise step
                else:
                    if isinstance(step, TextDelta):
                        streamed.append(step.text)
                    yield step
        finally:
            self.streams_open -= 1
            self._store(session_id, text, "".join(streamed))

    def _store(self, session_id: str, text: str, streamed: str) -> None:
        # a list that a test was given may be that of others too
        history = self.histories.get(session_id, [])
        at = len(history)
        stored = [user(f"m{at}", text), assistant(f"m{at + 1}", streamed)]
        if self.stores is not None:
            stored = self.stores(session_id, text, streamed)
        self.histories[session_id] = [*history, *stored]

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        """Play the next script and return what it says in one piece."""
        async for _ in self.stream(session_id, bot_id, text):
            pass
        return self.histories[session_id][-1]

    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        self.deleted_messages += message_ids
        kept = [m for m in self.histories[session_id] if m.id not in message_ids]
        self.histories[session_id] = kept

    async def plain_text(self, session_id: str) -> SafeText:
        return SafeText("\n".join(message.text for message in self.histories[session_id]))

    async def new_title(self, session_id: str) -> SafeText:
        return self.next_titles.pop(0) if self.next_titles else SafeText("")

    async def available(self) -> list[Workflow]:
        return list(self.offered_workflows)

    def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        return self.stream(session_id, bot_id, text)

    async def running(self, session_id: str) -> Run | None:
        return self.going_on.get(session_id)

    async def follow(self, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
        asked = self.histories[session_id].pop()
        async with aclosing(self.stream(session_id, "", asked.text)) as events:
            async for event in events:
                yield event

    async def sign_out(self) -> None:
        return

    async def aclose(self) -> None:
        return


@dataclass(repr=False)
class ForgetfulBackend(ScriptedBackend):
    """A server at which sessions can be deleted from elsewhere."""

    gone: set[str] = field(default_factory=set)

    def delete_elsewhere(self, session_id: str) -> None:
        self.gone.add(session_id)
        self.histories.pop(session_id, None)
        self.listed = [each for each in self.listed if each.id != session_id]

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        if session_id in self.gone:
            raise NotFound("No such session.", status=404)
        return await super().messages(session_id, bot_id)

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        if session_id in self.gone:
            raise NotFound("No such session.", status=404)
        async with aclosing(super().stream(session_id, bot_id, text)) as events:
            async for event in events:
                yield event


class StillClock:
    """Seconds and times that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)


def connection(
    backend: ScriptedBackend,
    clock: StillClock | None = None,
    *,
    profile: Profile | None = None,
    store: Store | None = None,
    histories: HistoryCache | None = None,
) -> Connection:
    clock = clock or StillClock()
    profile = profile or Profile("test", "hardwire", "http://127.0.0.1:1")
    store = store or MemoryStore()
    histories = histories or HistoryCache()
    return Connection(
        profile,
        backend,
        store,
        "bot",
        clock=clock,
        now=clock.now,
        histories=histories,
        wire=Wire(WireLog(), clock=clock),
    )


def present(value: T | None) -> T:
    """Return `value`, of which the test is sure."""
    assert value is not None
    return value


def says(*pieces: str) -> list[Step]:
    """A script that starts, says `pieces` and ends well."""
    return [Started(), *(TextDelta(clean(piece)) for piece in pieces), Completed()]

"""Plays of every fault: what one send with it made of a conversation, and of its wire."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from functools import partial
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import (
    CASES,
    REAL,
    RESTART,
    Case,
)
from tests.fakes import present
from tui.backends.base import Backend
from tui.backends.http.credentials import KnownSecrets
from tui.conversation import Connection, Conversation
from tui.conversation.taping import Taping
from tui.errors import NotFound
from tui.events import Settled, TextDelta, TurnEvent
from tui.inspection.inspected import Inspected, window_of
from tui.inspection.reader import WireReader
from tui.model import Message, Profile, Role
from tui.server import DEMO_EMAIL, Dialect, EmbeddedServer
from tui.store import MemoryStore
from tui.tapes.wire import Arrived, Told, Wire, WireLog

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LIMIT_S = 120
"""So long at most a case waits for what comes next."""
MOST_EVENTS = 50_000
"""Of one send; what has no end is stopped long before."""
AT_ONCE = 8
"""So many questions of one account that none waits for its turn until a time limit is over."""
STOP_AT_CHARS = 100_000
MAX_LOG_BYTES = 400_000_000
"""Room for the wires of all cases."""
TAPED_BYTES = 50_000
"""Of each call: faults that send without end say no more with the rest."""


@dataclass(slots=True)
class Play:
    """What one send with a fault, and the one after it, made of a conversation."""

    # megabytes, which pytest would write out of each, and asyncio where it ends
    events: list[TurnEvent] = field(default_factory=list, repr=False)
    messages: tuple[Message, ...] = field(default=(), repr=False)
    """As they stood when the send had settled."""
    session_id: str = ""
    next: Settled | None = field(default=None, repr=False)
    stored: list[Message] | None = field(default=None, repr=False)
    """The history at the very end, `None` where there is none."""
    received: list[str] = field(default_factory=list, repr=False)
    """The questions that the server took from the wire in this session."""
    inspected: Inspected | None = field(default=None, repr=False)
    """Its answer, with all that is kept of its wire, when it had settled."""

    @property
    def settled(self) -> Settled:
        last = self.events[-1]
        assert isinstance(last, Settled)
        return last

    @property
    def streamed(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    def copies(self, question: str) -> list[Message]:
        """Return the answers that the server holds to `question`."""
        history = self.stored or []
        return [
            history[at + 1]
            for at, message in enumerate(history[:-1])
            if message.role is Role.USER
            and message.text == question
            and history[at + 1].role is Role.ASSISTANT
        ]


class Gathered(RawIOBase):
    """A file that is written when it is closed: one by one its thirty thousand lines take long."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[bytes] = []

    def write(self, line: ReadableBuffer, /) -> int:
        self._lines.append(bytes(line))
        return len(self._lines[-1])

    def close(self) -> None:
        if not self.closed:
            self._path.write_bytes(b"".join(self._lines))
        super().close()


Plays = dict[str, Play | BaseException]
"""What became of each case: a hang or a fault of one is told in its own rows alone."""
AllPlays = dict[str, Plays]


def play_of(all_plays: AllPlays, api: str, case: Case) -> Play:
    """Return how this case went with this API."""
    played = all_plays[api][str(case)]
    if isinstance(played, BaseException):
        raise AssertionError(f"{api}: {case} did not come to its end: {played}") from played
    return played


async def play_everywhere(tapes: Mapping[str, Path]) -> AllPlays:
    played = await asyncio.gather(*(play_all(api, tapes[api]) for api in APIS))
    return dict(zip(APIS, played, strict=True))


async def play_all(api: str, tape: Path) -> Plays:
    dialect = Dialect.REAL if api == REAL else Dialect.DOCUMENTED
    cases = [case for case in CASES if api in case.apis]
    with EmbeddedServer(dialect=dialect, pace=0, seed=7) as server, ExitStack() as stack:
        log = WireLog(max_bytes=MAX_LOG_BYTES)
        wire, taped, known = Wire(log), Wire(), KnownSecrets()
        async with Place(api, server).backend(wire=wire, known_secrets=known) as backend:
            stack.enter_context(wire.heard_by(excerpt_for(taped)))
            profile = Profile("demo", api.split()[0], server.url, account=DEMO_EMAIL)
            connection = Connection(
                profile, backend, MemoryStore(), wire=taped, secret_forms=lambda: known.forms
            )
            recording = Taping(connection).record(Gathered(tape))
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            turns = asyncio.Semaphore(AT_ONCE)
            plays = await asyncio.gather(
                *(play_in_turn(turns, connection, case, log) for case in cases),
                return_exceptions=True,
            )
            by_case: Plays = dict(zip(map(str, cases), plays, strict=True))
            # alone, because it cuts every connection
            [by_case[str(RESTART)]] = await asyncio.gather(
                play_one(connection, RESTART, log), return_exceptions=True
            )
            recording.close()
            for play in by_case.values():
                if isinstance(play, Play):
                    play.stored = await stored_in(backend, play.session_id)
                    play.received = [
                        each.text for each in server.received if each.chat_id == play.session_id
                    ]
    return by_case


def excerpt_for(wire: Wire) -> Callable[[Told], None]:
    """Return a listener that tells `wire` of no call more than `TAPED_BYTES`."""
    sizes = Counter[int]()

    def tell(event: Told) -> None:
        if isinstance(event, Arrived):
            sizes[event.call] += len(event.data)
            if sizes[event.call] > TAPED_BYTES:
                return
        wire.tell(event)

    return tell


async def play_in_turn(
    turns: asyncio.Semaphore, connection: Connection, case: Case, log: WireLog
) -> Play:
    async with turns:
        return await play_one(connection, case, log)


async def play_one(connection: Connection, case: Case, log: WireLog) -> Play:
    play, conversation = Play(), connection.conversation()
    try:
        async with asyncio.timeout(LIMIT_S) as limit:
            told_before = log.added
            await send(conversation, case, play, partial(put_off, limit))
            play.messages, play.session_id = conversation.messages, conversation.session_id or ""
            since = told_since(log, told_before)
            play.inspected = inspected(play, conversation, connection, since)
            if "fault deleted" in case.question:
                conversation = connection.conversation()
            put_off(limit)
            play.next = await settled_of(conversation, "echo and now?")
    except TimeoutError:
        last = [type(each).__name__ for each in play.events[-1:]]
        raise AssertionError(f"nothing came for {LIMIT_S} s; the last event: {last}") from None
    return play


def put_off(limit: asyncio.Timeout) -> None:
    """Begin the time limit anew: on a busy machine all cases go on, and each takes long."""
    limit.reschedule(asyncio.get_running_loop().time() + LIMIT_S)


async def send(
    conversation: Conversation, case: Case, play: Play, note: Callable[[], None] = lambda: None
) -> None:
    """Send the question of `case`, note its events and stop it where it has no end."""
    came_chars = 0
    async with aclosing(conversation.send(case.question, streaming=case.streaming)) as turn:
        async for event in turn:
            play.events.append(event)
            assert len(play.events) < MOST_EVENTS, f"{case.question} has no end"
            note()
            came_chars += len(event.text) if isinstance(event, TextDelta) else 0
            if "endless" in case.question and came_chars > STOP_AT_CHARS:
                conversation.stop()


def told_since(log: WireLog, added: int) -> WireLog:
    """Return what came after the first `added` events: reading all each time takes longest."""
    since = WireLog(max_bytes=MAX_LOG_BYTES)
    for event in log.told_since(added):
        since.add(event)
    return since


def inspected(
    play: Play, conversation: Conversation, connection: Connection, log: WireLog
) -> Inspected:
    """Return the answer with its wire, all of which was read again."""
    answer, decoder_of = play.settled.answer, connection.backend.answer_decoder
    record = present(conversation.sends.of(answer.id))
    reader = WireReader(log, partial(window_of, conversation, record), decoder_of)
    while reader.read(1_000_000):
        pass
    return Inspected(answer, conversation, connection, record, reader)


async def settled_of(conversation: Conversation, question: str) -> Settled:
    async with aclosing(conversation.send(question)) as turn:
        last = [event async for event in turn][-1]
    assert isinstance(last, Settled)
    return last


async def stored_in(backend: Backend, session_id: str) -> list[Message] | None:
    try:
        # a server that shows a record twice holds it once
        return list({each.id: each for each in await backend.messages(session_id)}.values())
    except NotFound:
        return None

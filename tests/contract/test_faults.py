from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

import pytest

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import (
    CASES,
    GPT,
    REAL,
    RESTART,
    WHOLE_END,
    Case,
    Shown,
    fault_names,
)
from tests.tables import each_row
from tui.backends.base import Backend
from tui.backends.http.credentials import KnownSecrets
from tui.conversation import Connection, Conversation
from tui.conversation.taping import Taping
from tui.errors import NotFound
from tui.events import Asked, Settled, TextDelta, TurnEvent
from tui.formatting.masking import forms_of
from tui.model import Message, Profile, Role
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, EmbeddedServer
from tui.server.faults import FAULTS
from tui.server.faults.api import ApiDescription
from tui.server.gpt_trainer.description import GptTrainerDescription
from tui.server.hardwire.description import HardwireDescription
from tui.server.hardwire.real_dialect import RealWire
from tui.store import MemoryStore
from tui.tapes import wire as wire_events
from tui.tapes.reading import read_tape
from tui.tapes.wire import Arrived, Told, Wire

pytestmark = pytest.mark.slow

LIMIT_S = 120
"""In which one case is over."""
AT_ONCE = 8
"""So many questions of one account that none waits for its turn until a time limit is over."""
STOP_AT_CHARS = 100_000
TAPED_BYTES = 50_000
"""Of each call: faults that send without end say no more with the rest."""
TRIED = [(api, case) for case in (*CASES, RESTART) for api in case.apis]


@dataclass(slots=True)
class Play:
    """What one send with a fault, and the one after it, made of a conversation."""

    events: list[TurnEvent] = field(default_factory=list)
    messages: tuple[Message, ...] = ()
    """As they stood when the send had settled."""
    session_id: str = ""
    next: Settled | None = None
    stored: list[Message] | None = None
    """The history at the very end, `None` where there is none."""
    received: list[str] = field(default_factory=list)
    """The questions that the server took from the wire in this session."""

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


Plays = dict[str, Play | BaseException]
"""What became of each case: a hang or a fault of one is told in its own rows alone."""
AllPlays = dict[str, Plays]


@pytest.fixture(scope="session")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """By API, the tape of all cases; it is written by `all_plays`."""
    folder = tmp_path_factory.mktemp("tapes")
    return {api: folder / f"{api}.tape" for api in APIS}


@pytest.fixture(scope="session")
def all_plays(tapes: Mapping[str, Path]) -> AllPlays:
    """All cases of all APIs, some of each side by side."""
    return asyncio.run(play_everywhere(tapes))


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
        wire, taped, known = Wire(), Wire(), KnownSecrets()
        async with Place(api, server).backend(wire=wire, known_secrets=known) as backend:
            stack.enter_context(wire.heard_by(excerpt_for(taped)))
            profile = Profile("demo", api.split()[0], server.url, account=DEMO_EMAIL)
            connection = Connection(
                profile, backend, MemoryStore(), wire=taped, secret_forms=lambda: known.forms
            )
            recording = Taping(connection).record(FileIO(tape, "wb"))
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            turns = asyncio.Semaphore(AT_ONCE)
            plays = await asyncio.gather(
                *(play_in_turn(turns, connection, case) for case in cases), return_exceptions=True
            )
            by_case: Plays = dict(zip(map(str, cases), plays, strict=True))
            # alone, because it cuts every connection
            [by_case[str(RESTART)]] = await asyncio.gather(
                play_one(connection, RESTART), return_exceptions=True
            )
            for play in by_case.values():
                if isinstance(play, Play):
                    play.stored = await stored_in(backend, play.session_id)
                    play.received = [
                        each.text for each in server.received if each.chat_id == play.session_id
                    ]
            recording.close()
            assert not recording.failure
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


async def play_in_turn(turns: asyncio.Semaphore, connection: Connection, case: Case) -> Play:
    async with turns:
        return await play_one(connection, case)


async def play_one(connection: Connection, case: Case) -> Play:
    play, conversation = Play(), connection.conversation()
    try:
        async with asyncio.timeout(LIMIT_S):
            await send(conversation, case, play)
            play.messages, play.session_id = conversation.messages, conversation.session_id or ""
            if "fault deleted" in case.question:
                conversation = connection.conversation()
            play.next = await settled_of(conversation, "echo and now?")
    except TimeoutError:
        last = play.events[-1:]
        raise AssertionError(f"not over after {LIMIT_S} s; the last event: {last}") from None
    return play


async def send(conversation: Conversation, case: Case, play: Play) -> None:
    """Send the question of `case`, note its events and stop it where it has no end."""
    came_chars = 0
    async with aclosing(conversation.send(case.question, streaming=case.streaming)) as turn:
        async for event in turn:
            play.events.append(event)
            came_chars += len(event.text) if isinstance(event, TextDelta) else 0
            if "endless" in case.question and came_chars > STOP_AT_CHARS:
                conversation.stop()


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


def asked(messages: list[Message] | tuple[Message, ...], question: str) -> int:
    return sum(each.role is Role.USER and each.text == question for each in messages)


@each_row(("api", "case"), TRIED)
def test_a_send_with_a_fault_settles_once_with_its_question_on_show(
    all_plays: AllPlays, api: str, case: Case
) -> None:
    play = play_of(all_plays, api, case)
    assert isinstance(play.events[0], Asked)
    assert sum(isinstance(event, Settled) for event in play.events) == 1
    assert play.settled.question in play.messages
    assert play.settled.answer in play.messages
    assert asked(play.messages, case.question) == max(1, case.stored)
    ids = [message.id for message in play.messages]
    assert len(ids) == len(set(ids))


@each_row(("api", "case"), TRIED)
def test_a_question_with_a_fault_goes_out_once(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    assert play.received.count(case.question) == case.received
    assert asked(play.stored or [], case.question) == case.stored


@each_row(("api", "case"), TRIED)
def test_what_is_shown_is_what_the_server_holds_or_what_came_and_why(
    all_plays: AllPlays, api: str, case: Case
) -> None:
    play = play_of(all_plays, api, case)
    answer = play.settled.answer
    copies = [
        each.text for each in play.copies(case.question) if each.text or each.failure is not None
    ]
    if not copies:
        assert answer.text == play.streamed
        assert answer.failure is not None or api == REAL
    elif answer.failure is None:
        assert answer.text in copies
    if answer.failure is not None:
        assert answer.failure.sentence.endswith(".")


@each_row(("api", "case"), TRIED)
def test_each_fault_shows_as_it_should(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    answer = play.settled.answer
    shown, failure = case.ends(api)
    match shown:
        case Shown.WHOLE:
            assert answer.text.endswith(WHOLE_END)
        case Shown.PART:
            assert answer.text
            assert not answer.text.endswith(WHOLE_END)
        case Shown.NOTHING:
            assert answer.text == ""
        case Shown.OTHER:
            assert len(answer.text) > 300
    if failure:
        assert answer.failure is not None
        assert failure in answer.failure.sentence
    elif shown is Shown.WHOLE:
        assert answer.failure is None


@each_row(("api", "case"), TRIED)
def test_the_question_after_a_fault_is_answered(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    settled = play.next
    assert settled is not None
    assert (settled.answer.text, settled.answer.failure) == ("and now?", None)


def test_every_fault_is_tried_with_every_api_it_is_for() -> None:
    tried = {(name, api.split()[0]) for api, case in TRIED for name in fault_names(case)}
    descriptions: dict[str, ApiDescription] = {
        GPT: GptTrainerDescription(),
        "hardwire": HardwireDescription(RealWire()),
    }
    assert tried == {
        (fault.name, api)
        for fault in FAULTS
        for api, description in descriptions.items()
        if fault.fits(description)
    }


@pytest.mark.parametrize("api", APIS)
async def test_a_server_that_stopped_is_back_on_its_port_with_its_chats(api: str) -> None:
    dialect = Dialect.REAL if api == REAL else Dialect.DOCUMENTED
    server = EmbeddedServer(dialect=dialect, pace=0)
    server.start()
    try:
        async with Place(api, server).backend() as backend:
            connection = Connection(Profile("demo", api, server.url), backend, MemoryStore())
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            conversation = connection.conversation()
            await settled_of(conversation, "echo before")
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            await settled_of(conversation, "echo after")
        texts = [message.text for message in conversation.messages]
        assert texts == ["echo before", "before", "echo after", "after"]
    finally:
        await asyncio.to_thread(server.stop)


@each_row("api", APIS)
def test_the_tape_of_all_faults_is_whole_and_holds_no_secret(
    all_plays: AllPlays, tapes: Mapping[str, Path], api: str
) -> None:
    content = tapes[api].read_text().lower()
    forms = forms_of([DEMO_KEY, DEMO_PASSWORD, DEMO_EMAIL])
    assert not [each for each in (*forms, "set-cookie", "bearer ") if each in content]
    tape = read_tape(tapes[api])
    assert not tape.broken_off
    calls = {each.call for each in tape.events if isinstance(each, wire_events.Asked)}
    assert calls == {each.call for each in tape.events if isinstance(each, wire_events.Ended)}
    private = [
        each
        for each in tape.events
        if isinstance(each, wire_events.Asked) and each.path.startswith("/api/auth")
    ]
    assert all(each.is_private and not each.body for each in private)
    told = {each.call for each in tape.events if isinstance(each, Arrived)}
    assert told.isdisjoint(each.call for each in private)
    asked = [each.text for each in tape.events if isinstance(each, wire_events.Sent)]
    assert {case.question for case in CASES if api in case.apis} <= {*asked}

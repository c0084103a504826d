from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.contract.stores import STORAGES, Storage
from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, says, user
from tests.unit.conversation.watch import SESSION, delta, nothing_stored, send, texts
from tui.conversation import Connection, Conversation
from tui.conversation.journal import BATCH_S
from tui.conversation.recovery import INTERRUPTED, INTERRUPTED_UNSENT
from tui.errors import AnswerFailed, StreamBroken, Unreachable
from tui.events import Completed, SessionCreated, Settled, Started, TextDelta, ToolCalled, TurnEvent
from tui.model import Message, MessageStatus, Role, Session, ToolPart, ToolState
from tui.safe_text import SafeText

Make = Callable[[], Storage]


@pytest.fixture(params=STORAGES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made: list[Storage] = []

    def fresh() -> Storage:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        made.append(STORAGES[request.param](folder))
        return made[-1]

    yield fresh
    for each in made:
        each.close()


def start(storage: Storage, backend: ScriptedBackend) -> Connection:
    return connection(backend, store=storage.start())


async def start_again(storage: Storage, backend: ScriptedBackend) -> Conversation:
    """Open the session on what a start before has stored, without asking the server."""
    conversation = start(storage, backend).conversation(SESSION)
    await conversation.load()
    return conversation


async def until_written(link: Connection) -> None:
    # on this loop no time passes
    await asyncio.sleep(2 * BATCH_S)
    await link.store.flush()


def statuses(messages: tuple[Message, ...]) -> list[MessageStatus]:
    return [message.status for message in messages]


@unhurried
async def test_what_the_server_does_not_hold_is_kept_through_the_first_reading(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(
        histories={SESSION: [user("m0", "hello"), assistant("m1", "hi")]},
        scripts=[
            [Unreachable("No connection.", sent=False)],
            [Started(), AnswerFailed("Out of order.")],
            [Started(), delta("Hel"), StreamBroken("Cut.")],
        ],
        stores=nothing_stored,
    )
    first = start(storage, backend)
    conversation = first.conversation(SESSION)
    for question in ("never sent", "failed", "half received"):
        await send(conversation, question)
    await first.store.flush()
    before = conversation.messages
    assert texts(before) == ["hello", "hi", "never sent", "", "failed", "", "half received", "Hel"]

    again = await start_again(storage, backend)
    assert again.messages == before
    for _ in range(2):
        await again.reread()
        assert again.messages == before
    assert again.messages[2].status is MessageStatus.UNSENT
    assert [message.failure is not None for message in again.messages[3::2]] == [True] * 3
    assert backend.sent == ["never sent", "failed", "half received"]


@unhurried
async def test_what_the_server_stores_later_takes_the_place_of_what_came(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(
        histories={SESSION: []},
        scripts=[[Started(), delta("Hel"), StreamBroken("Cut.")]],
        stores=nothing_stored,
    )
    first = start(storage, backend)
    await send(first.conversation(SESSION), "Hi")
    await first.store.flush()
    second = start(storage, backend)
    backend.histories[SESSION] = whole = [user("m0", "Hi"), assistant("m1", "Hello")]
    assert await second.conversation(SESSION).reread() == tuple(whole)
    await second.store.flush()
    third = await start_again(storage, backend)
    assert third.messages == tuple(whole)


@unhurried
async def test_an_answer_that_was_found_is_not_taken_by_an_older_question(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(
        histories={SESSION: []},
        scripts=[[StreamBroken("Cut.")], says("Hello")],
        stores=nothing_stored,
    )
    first = start(storage, backend)
    conversation = first.conversation(SESSION)
    await send(conversation, "Hi")
    backend.stores = lambda *_: [user("m0", "Hi"), assistant("m1", "Hello")]
    await send(conversation, "Hi")
    before = conversation.messages
    assert texts(before) == ["Hi", "", "Hi", "Hello"]
    await first.store.flush()
    again = await start_again(storage, backend)
    await again.reread()
    assert again.messages == before


SCRIPT: list[Step] = [
    Started("m1"),
    delta("Hel"),
    ToolCalled(0, SafeText("search"), {"q": "x"}),
    delta("lo "),
    delta("there"),
    Completed("m1"),
]


async def killed(storage: Storage, backend: ScriptedBackend, event_count: int) -> list[TurnEvent]:
    """Ask, and let the storage be as it is when so many events have come; then look away."""
    link = start(storage, backend)
    events: list[TurnEvent] = []
    async with aclosing(link.conversation(SESSION).send("Hi")) as turn:
        async for event in turn:
            events.append(event)
            if len(events) == event_count:
                await until_written(link)
                # what the first start does from here on, the storage does not know
                storage.start()
    return events


@pytest.mark.parametrize("event_count", range(2, len(SCRIPT) + 4))
def test_a_kill_after_the_question_went_out_loses_nothing_and_asks_nothing_again(
    make: Make, event_count: int
) -> None:
    @unhurried
    async def play() -> None:
        storage = make()
        backend = ScriptedBackend(
            histories={SESSION: [user("old", "Hi")]},
            scripts=[SCRIPT],
            stores=lambda *_: [user("m0", "Hi"), assistant("m1", "Hello there")],
        )
        events = await killed(storage, backend, event_count)
        assert isinstance(events[-1], Settled)
        came = events[:event_count]
        again = await start_again(storage, backend)
        asked = [each for each in again.messages if each.role is Role.USER]
        assert [each.text for each in asked[-1:]] == ["Hi"]
        assert len(asked) == 2
        answer = again.messages[-1]
        arrived = "".join(event.text for event in came if isinstance(event, TextDelta))
        assert answer.text.startswith(arrived)
        assert all(tool.state is not ToolState.RUNNING for tool in answer.tools)
        await again.reread()
        assert texts(again.messages) == ["Hi", "Hi", "Hello there"]
        assert backend.sent == ["Hi"]

    play()


@unhurried
async def test_a_kill_in_the_middle_shows_what_came_as_not_confirmed(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[SCRIPT], stores=nothing_stored)
    await killed(storage, backend, len(["Asked", "Started", "Hel", "tool", "lo "]))
    again = await start_again(storage, backend)
    for _ in range(2):
        question, answer = again.messages
        assert question.text == "Hi"
        assert question.status is MessageStatus.STORED
        assert answer.text == "Hello "
        assert answer.tools == (ToolPart(0, SafeText("search"), {"q": "x"}, ToolState.UNANSWERED),)
        assert (answer.status, answer.failure) == (MessageStatus.UNCONFIRMED, INTERRUPTED)
        await again.reread()
    assert backend.sent == ["Hi"]
    third = await start_again(storage, backend)
    assert third.messages == again.messages


@unhurried
async def test_a_kill_before_the_question_goes_out_shows_it_as_not_sent(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[SCRIPT])
    await killed(storage, backend, len(["Asked"]))
    backend.histories[SESSION] = []
    again = await start_again(storage, backend)
    await again.reread()
    question, answer = again.messages
    assert (question.text, question.status) == ("Hi", MessageStatus.UNSENT)
    assert answer.failure == INTERRUPTED_UNSENT


@unhurried
async def test_an_answer_that_is_closed_in_the_middle_stays_as_it_was_shown(make: Make) -> None:
    storage = make()
    gate = asyncio.Event()
    backend = ScriptedBackend(
        histories={SESSION: []}, scripts=[[Started(), delta("Hel"), gate]], stores=nothing_stored
    )
    first = start(storage, backend)
    conversation = first.conversation(SESSION)
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if event == delta("Hel"):
                break
    await first.store.flush()
    again = await start_again(storage, backend)
    assert again.messages == conversation.messages
    assert texts(again.messages) == ["Hi", "Hel"]


@unhurried
async def test_a_question_without_a_session_is_listed_and_can_be_asked_again(make: Make) -> None:
    storage = make()
    backend = ScriptedBackend(
        create_errors=[Unreachable("Off.", sent=False)], scripts=[says("Hello")]
    )
    first = start(storage, backend)
    await send(first.conversation(), "Hi there")
    first.conversation().draft = "something else"
    await first.store.flush()

    second = start(storage, backend)
    await second.load()
    (listed,) = second.listed_sessions()
    assert listed.title == "Hi there"
    conversation = second.conversation(listed.id)
    await conversation.load()
    assert conversation.session_id is None
    assert statuses(conversation.messages)[0] is MessageStatus.UNSENT
    conversation.unsent.withdraw(conversation.messages[0].id)
    await send(conversation, "Hi there")
    assert [each.id for each in second.listed_sessions()] == [conversation.session_id]
    await second.store.flush()

    third = start(storage, backend)
    await third.load()
    assert [each.id for each in third.listed_sessions()] == [conversation.session_id]
    assert third.conversation().draft == "something else"
    assert list(await third.store.messages(listed.id)) == []
    assert list(await third.store.sends.unfinished()) == []


@unhurried
async def test_drafts_pins_questions_and_the_list_are_there_before_the_server_is_asked(
    make: Make,
) -> None:
    storage = make()
    backend = ScriptedBackend(
        histories={SESSION: [user("m0", "What is a monad?"), assistant("m1", "A monoid.")]},
        listed=[Session(SESSION), Session("t")],
    )
    first = start(storage, backend)
    await first.sessions()
    await first.title_reader.read(SESSION)
    first.local.marks.toggle_pin("t")
    first.conversation(SESSION).draft = "half a thou"
    first.local.remember_question("And?")
    await first.store.flush()
    backend.reads = 0

    second = start(storage, backend)
    await second.load()
    assert second.known_sessions() == first.known_sessions()
    assert second.known_sessions()[0].title == "What is a monad?"
    assert second.local.marks.pinned == {"t"}
    assert second.conversation(SESSION).draft == "half a thou"
    assert second.local.questions() == ["And?"]
    assert backend.reads == 0
    listed = second.known_sessions()
    assert await second.sessions() is listed


@unhurried
async def test_a_send_on_its_way_is_not_taken_for_one_that_was_cut_off(make: Make) -> None:
    store = make().start()
    gate = asyncio.Event()
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[[Started(), delta("Hel"), gate]])
    first, second = connection(backend, store=store), connection(backend, store=store)
    async with aclosing(first.conversation(SESSION).send("Hi")) as events:
        async for event in events:
            if event == delta("Hel"):
                await until_written(first)
                other = second.conversation(SESSION)
                await other.load()
                assert other.messages == ()
                gate.set()
    assert texts(first.conversation(SESSION).messages) == ["Hi", "Hel"]


@pytest.mark.parametrize("is_killed", [False, True])
@unhurried
async def test_a_session_of_which_no_question_reached_the_server_stays_in_the_list(
    make: Make, is_killed: bool
) -> None:
    storage = make()
    backend = ScriptedBackend(scripts=[[Unreachable("Off.", sent=False)]], stores=nothing_stored)
    first = start(storage, backend)
    conversation = first.conversation()
    async with aclosing(conversation.send("Hi there")) as events:
        async for event in events:
            if is_killed and isinstance(event, SessionCreated):
                await until_written(first)
                storage.start()
    await first.store.flush()
    # the server makes the session with the first question that reaches it
    backend.listed.clear()
    second = start(storage, backend)
    for _ in range(2):
        await second.sessions()
        assert [each.id for each in second.listed_sessions()] == [conversation.id]

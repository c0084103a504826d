from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing, nullcontext
from pathlib import Path

import pytest

from tests.contract.store_rows import KEY, SEND
from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.unit.conversation.watch import SESSION, delta, texts
from tui.conversation import Connection
from tui.conversation.sync import HistorySync, Planned, SyncScope
from tui.errors import BadInput, SentElsewhere, Unreachable
from tui.events import Started, TurnEvent
from tui.model import Session
from tui.store import Changes, ChangeTopic, SessionMarks, StoredMessage
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.turn import QueuedQuestion
from tui.values import replace


async def played(events: AsyncGenerator[TurnEvent, None]) -> None:
    async with aclosing(events):
        async for _ in events:
            pass


Start = Callable[[], SqliteStore]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    stores: list[SqliteStore] = []

    def begin() -> SqliteStore:
        stores.append(SqliteStore(tmp_path / STORE_FILE, pytest.fail))
        return stores[-1]

    yield begin
    for each in stores:
        await each.aclose()


class Told:
    """Changes as they are told of."""

    def __init__(self) -> None:
        self._all: asyncio.Queue[Changes] = asyncio.Queue()

    def __call__(self, changes: Changes) -> None:
        self._all.put_nowait(changes)

    @property
    def is_empty(self) -> bool:
        return self._all.empty()

    async def next(self) -> Changes:
        return await asyncio.wait_for(self._all.get(), 10)


async def test_what_another_client_changes_is_told_within_a_second_and_nothing_of_ones_own(
    start: Start,
) -> None:
    mine, theirs, told = start().account(KEY), start().account(KEY), Told()
    mine.drafts.save("s", "of before")
    await mine.flush()
    mine.watch(told)
    mine.marks.save("s", SessionMarks(is_pinned=True))
    await mine.flush()
    theirs.drafts.save("s", "theirs")
    theirs.upsert_messages("t", [StoredMessage(0, user("m", "Hi"))])
    await theirs.flush()
    mine.upsert_messages("u", [StoredMessage(0, user("m", "Hi"))])
    changes = await told.next()
    while ChangeTopic.HISTORY not in changes.topics:
        changes = await told.next()
    assert changes.session_ids == {"t"}
    assert ChangeTopic.MARKS not in changes.topics
    assert dict(await mine.drafts.all()) == {"s": "of before"}
    assert dict(await mine.drafts.elsewhere()) == {"s": "theirs"}
    assert told.is_empty


async def test_each_client_has_a_draft_of_its_own_and_one_takes_over_what_is_left(
    start: Start,
) -> None:
    stores = [start() for _ in range(4)]
    accounts = [each.account(KEY) for each in stores]
    mine, theirs, third, fourth = accounts
    for account, text in ((mine, "mine"), (theirs, "theirs")):
        for end in range(1, len(text) + 1):
            account.drafts.save("s", text[:end])
        await account.flush()
    for account, own, other in ((mine, "mine", "theirs"), (theirs, "theirs", "mine")):
        assert dict(await account.drafts.all()) == {"s": own}
        assert dict(await account.drafts.elsewhere()) == {"s": other}
    assert dict(await third.drafts.all()) == {}
    assert not await third.drafts.adopt("s", "mine")
    for store in stores[:2]:
        await store.aclose()
    for each in (third, fourth):
        assert dict(await each.drafts.all()) == {"s": "theirs"}
        assert dict(await each.drafts.elsewhere()) == {}
    assert await third.drafts.adopt("s", "theirs")
    assert not await fourth.drafts.adopt("s", "theirs")
    assert dict(await fourth.drafts.elsewhere()) == {"s": "theirs"}
    # nothing is lost of what another one had left
    assert list(await third.questions.all()) == ["mine"]
    third.drafts.save("s", "theirs, and more")
    third.drafts.save("s", "")
    await third.flush()
    assert list(await fourth.questions.all()) == ["mine"]
    assert dict(await fourth.drafts.elsewhere()) == {}


async def test_a_send_belongs_to_its_process_until_that_is_over(start: Start) -> None:
    first = start()
    mine, theirs = first.account(KEY), start().account(KEY)
    mine.sends.save(SEND)
    await mine.flush()
    assert list(await theirs.sends.unfinished()) == []
    theirs.sends.save(replace(SEND, id="local-c"))
    await theirs.flush()
    await first.aclose()
    assert [each.id for each in await theirs.sends.unfinished()] == [SEND.id]
    assert {each.id for each in await start().account(KEY).sends.unfinished()} == {SEND.id}


async def followed(store: SqliteStore, backend: ScriptedBackend, told: Told) -> Connection:
    link = connection(backend, store=store)
    link.follow_others(lambda: SESSION, lambda: told(Changes(frozenset())))
    await link.load()
    return link


async def test_two_clients_see_drafts_marks_queues_lists_and_answers_of_each_other(
    start: Start,
) -> None:
    backend = ScriptedBackend(
        histories={SESSION: []},
        listed=[Session(SESSION)],
        scripts=[says("Hello")],
        stores=lambda *_: [user("m0", "Hi"), assistant("m1", "Hello")],
    )
    told = Told()
    one = await followed(start(), backend, told)
    two = await followed(start(), backend, Told())
    seen = one.conversation(SESSION)
    await seen.load()
    seen.draft = "written here"
    await one.store.flush()
    await two.sessions()
    two.local.marks.toggle_pin(SESSION)
    two.local.save_draft("t", "half a")
    two.local.save_draft(SESSION, "written there")
    async with aclosing(two.conversation(SESSION).send("Hi")) as events:
        async for _ in events:
            pass
    await two.store.flush()
    reads = backend.reads
    while texts(seen.messages) != ["Hi", "Hello"]:
        await told.next()
    assert one.local.marks.pinned == {SESSION}
    assert one.local.draft_elsewhere("t") == "half a"
    assert one.local.draft("t") == ""
    assert seen.draft == "written here"
    assert [each.id for each in one.known_sessions()] == [SESSION]
    assert one.local.questions()[0] == "Hi"
    assert backend.reads == reads


async def test_a_session_made_of_an_unsent_question_takes_its_place_in_the_other_client(
    start: Start,
) -> None:
    backend = ScriptedBackend(
        create_errors=[Unreachable("Off.", sent=False)], scripts=[says("Hello")]
    )
    told = Told()
    one = await followed(start(), backend, told)
    open_here = one.conversation()
    await played(open_here.send("Hi"))
    await one.store.flush()
    (unsent, _) = open_here.messages
    two = await followed(start(), backend, Told())
    (listed,) = two.listed_sessions()
    other = two.conversation(listed.id)
    await other.load()
    await played(other.send_again(other.messages[0]))
    await two.store.flush()
    while [each.id for each in one.listed_sessions()] != [other.id]:
        await told.next()
    with pytest.raises(SentElsewhere):
        await played(open_here.send_again(unsent))
    assert open_here.messages == ()
    assert backend.sent == ["Hi"]
    assert [each.id for each in one.listed_sessions()] == [other.id]


async def test_what_one_client_forgets_the_other_has_no_more_and_leaves_alone(
    start: Start,
) -> None:
    backend = ScriptedBackend(
        histories={SESSION: [user("m0", "Hi"), assistant("m1", "Hello")], "t": []},
        listed=[Session(SESSION), Session("t")],
    )
    told = Told()
    one = await followed(start(), backend, told)
    two = await followed(start(), backend, Told())
    await one.sessions()
    await one.conversation(SESSION).reread()
    one.describe(SESSION)
    one.local.marks.toggle_pin(SESSION)
    await one.store.flush()
    await two.forget_here(await two.sessions())
    await two.store.flush()
    assert [each.title for each in one.known_sessions()] == ["Hi", ""]
    # that they are there, at the server
    known = [Session(SESSION), Session("t")]
    while list(one.known_sessions()) != known or one.conversation(SESSION).messages:
        await told.next()
    assert one.local.marks.pinned == frozenset()
    assert [each.id for each in await one.sessions()] == [SESSION, "t"]
    # neither reads what nobody opens
    reads = backend.reads
    for each in (one, two):
        async with aclosing(HistorySync(each).run(SyncScope())) as events:
            assert [event async for event in events] == [Planned(0, 0, 0, 0, 2)]
        assert await each.title_reader.read(SESSION) is False
    assert backend.reads == reads
    assert [each.text for each in await two.conversation(SESSION).reread()] == ["Hi", "Hello"]
    await two.store.flush()
    assert len(await one.store.messages(SESSION)) == 2
    session = two.known_session(SESSION)
    assert session is not None
    assert not two.local.is_forgotten(session)


async def test_a_second_start_leaves_the_answer_alone_that_comes_in_the_first(
    start: Start,
) -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[[Started(), delta("Hel"), gate]])
    one = connection(backend, store=start())
    async with aclosing(one.conversation(SESSION).send("Hi")) as events:
        async for event in events:
            if event == delta("Hel"):
                await one.store.flush()
                two = connection(ScriptedBackend(histories={SESSION: []}), store=start())
                other = two.conversation(SESSION)
                await other.load()
                assert other.messages == ()
                gate.set()
    assert texts(one.conversation(SESSION).messages) == ["Hi", "Hel"]


async def test_a_question_queued_in_both_is_sent_by_one(start: Start) -> None:
    backend = ScriptedBackend(
        histories={SESSION: []},
        scripts=[says("1")],
        stores=lambda *_: [user("m0", "Hi"), assistant("m1", "1")],
    )
    one = connection(backend, store=start())
    await one.load()
    one.local.queues.put(SESSION, QueuedQuestion.of("Hi"))
    await one.store.flush()
    two = connection(backend, store=start())
    await two.load()
    sent: AbstractContextManager[object] = nullcontext()
    refused: AbstractContextManager[object] = pytest.raises(BadInput, match="Another")
    for link, outcome in ((one, sent), (two, refused)):
        with outcome:
            async with aclosing(link.conversation(SESSION).send_queued()) as events:
                async for _ in events:
                    pass
        await link.store.flush()
    assert backend.sent == ["Hi"]


async def test_what_a_killed_client_was_about_is_its_own_no_more_within_a_second(
    start: Start,
) -> None:
    backend = ScriptedBackend(histories={SEND.session_id: []})
    theirs_file = start()
    theirs = connection(backend, store=theirs_file)
    theirs.local.save_draft(SEND.session_id, "half of it")
    theirs.store.sends.save(SEND)
    await theirs.store.flush()
    told = Told()
    mine = await followed(start(), backend, told)
    shown = mine.conversation(SEND.session_id)
    await shown.load()
    await mine.local.take_in("")
    assert mine.local.asked_elsewhere(SEND.session_id) is not None
    assert mine.local.draft_elsewhere(SEND.session_id) == "half of it"
    # what ends a process, however it does, is that it lives no more
    await theirs_file.aclose()
    while mine.local.asked_elsewhere(SEND.session_id) is not None:
        await told.next()
    assert mine.local.draft_elsewhere(SEND.session_id) == ""
    assert [each.id for each in shown.open_turns] == [SEND.id]
    assert shown.messages[-2].text == SEND.question.text

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, StillClock, connection, says, user
from tests.unit.conversation.watch import SESSION, delta
from tests.waiting import until
from tui.conversation.answer_builder import AnswerBuilder
from tui.conversation.journal import BATCH_CHARS, BATCH_S, Journal
from tui.events import Started, StreamEvent, ToolCalled, ToolProgressed, ToolReturned
from tui.model import Part, TextPart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.store import AccountKey, Claim, MemoryAccount, MemoryStore, Send, SendStore
from tui.values import replace

SEND = Send("local-a", SESSION, "bot", user("local-q", "Hi"), NOON)


class WatchedSends(SendStore):
    """Notes what is written."""

    def __init__(self) -> None:
        self.saved: list[Send] = []
        self.batches: list[tuple[tuple[Part, ...], frozenset[str]]] = []

    async def unfinished(self) -> Sequence[Send]:
        return []

    async def elsewhere(self) -> Sequence[Send]:
        return []

    async def recover(self, *_: object) -> bool:
        return False

    async def claim(self, send: Send, claim: Claim) -> bool:
        return False

    def save(self, send: Send) -> None:
        self.saved.append(send)

    def add_arrived(
        self, send_id: str, parts: object, named_ids: frozenset[str] = frozenset()
    ) -> None:
        assert isinstance(parts, list)
        self.batches.append((tuple(parts), named_ids))

    def end(self, send_id: str) -> None:
        return


class WatchedAccount(MemoryAccount):
    """Flushes when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.sends = self.written = WatchedSends()
        self.flushes = 0
        self.may_flush = asyncio.Event()

    async def flush(self) -> None:
        self.flushes += 1
        await self.may_flush.wait()


class WatchedStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.watched = WatchedAccount()

    def account(self, key: AccountKey) -> MemoryAccount:
        return self.watched


def noting(account: WatchedAccount, *events: StreamEvent) -> Journal:
    journal, answer = Journal(account), AnswerBuilder(SEND.id, StillClock())
    journal.begin(SEND)
    for event in events:
        answer.take(event)
        journal.note(event, answer)
    return journal


@unhurried
async def test_nothing_goes_out_before_its_row_is_safe() -> None:
    store = WatchedStore()
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[says("Hello")])
    link = connection(backend, store=store)

    async def ask() -> None:
        async with aclosing(link.conversation(SESSION).send("Hi")) as events:
            async for _ in events:
                pass

    asking = asyncio.create_task(ask())
    await until(lambda: store.watched.flushes == 1)
    assert backend.sent == []
    (begun, out) = store.watched.written.saved
    assert (begun.question.text, begun.bot_id, begun.is_out) == ("Hi", "bot", False)
    assert out == replace(begun, is_out=True)
    store.watched.may_flush.set()
    await asking
    assert backend.sent == ["Hi"]


@unhurried
async def test_what_arrives_is_written_after_a_while_in_one_batch() -> None:
    account = WatchedAccount()
    call = ToolCalled(0, SafeText("search"), None)
    noting(
        account,
        Started("m1"),
        delta("Hel"),
        delta("lo"),
        call,
        ToolProgressed(0, SafeText("half")),
        ToolReturned(0, "bread", failed=False),
    )
    assert account.written.batches == []
    await asyncio.sleep(BATCH_S)
    ((parts, named_ids),) = account.written.batches
    assert parts[:2] == (TextPart(SafeText("Hel")), TextPart(SafeText("lo")))
    assert isinstance(parts[-1], ToolPart)
    assert (parts[-1].state, parts[-1].result) == (ToolState.DONE, "bread")
    assert named_ids == {"m1"}
    await asyncio.sleep(BATCH_S)
    assert len(account.written.batches) == 1


@unhurried
async def test_much_text_is_written_at_once() -> None:
    account = WatchedAccount()
    noting(account, delta("x" * BATCH_CHARS), delta("y"))
    assert [len(parts) for parts, _ in account.written.batches] == [1]
    await asyncio.sleep(BATCH_S)
    assert [parts for parts, _ in account.written.batches[1:]] == [(TextPart(SafeText("y")),)]


@unhurried
async def test_nothing_is_written_after_the_end() -> None:
    account = WatchedAccount()
    noting(account, delta("Hel")).end()
    await asyncio.sleep(2 * BATCH_S)
    assert account.written.batches == []


async def test_without_a_begin_nothing_is_written() -> None:
    account = WatchedAccount()
    journal = Journal(account)
    journal.assign("t")
    await journal.open(frozenset())
    journal.note(delta("Hel"), AnswerBuilder(SEND.id, StillClock()))
    journal.end()
    assert (account.written.saved, account.written.batches, account.flushes) == ([], [], 0)

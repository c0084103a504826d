from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.events import Key

from tests.fakes import NOON, ScriptedBackend, assistant, present, user
from tests.ui.harness import Stage, stage
from tests.ui.search.finding import count, listed, searching
from tests.ui.talks import selected
from tui.model import Message, Session
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage
from tui.ui.chat.screen import ChatScreen
from tui.ui.search.find_bar import FindBar
from tui.ui.search.screen import SearchScreen

HISTORIES: dict[str, list[Message]] = {
    "a": [user("a0", "Hay?"), assistant("a1", "A needle, another needle.")],
    "b": [user("b0", "needle"), assistant("b1", "No."), assistant("b2", "needle")],
    "c": [user("c0", "Where?"), assistant("c1", "Here is a needle.")],
}
HITS = [
    ("a1", "1 of 2"),
    ("a1", "2 of 2"),
    ("b0", "1 of 2"),
    ("b2", "2 of 2"),
    ("c1", "1 of 1"),
]
"""In the order in which `n` goes through them, around the end."""


class SlowStore(MemoryStore):
    """Knows these histories already, and takes as long to tell them as a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    def account(self, key: AccountKey) -> MemoryAccount:
        if key not in self._accounts:
            account = self._accounts[key] = SlowAccount(self.gate)
            for session_id, history in HISTORIES.items():
                rows = [StoredMessage(at, each) for at, each in enumerate(history)]
                account.upsert_messages(session_id, rows)
        return self._accounts[key]


class SlowAccount(MemoryAccount):
    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__()
        self._gate = gate

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        await self._gate.wait()
        return await super().messages(session_id)


def library() -> ScriptedBackend:
    return ScriptedBackend(
        histories={name: [*history] for name, history in HISTORIES.items()},
        listed=[Session(each, SafeText(f"Title {each}"), updated_at=NOON) for each in HISTORIES],
    )


def typed(it: Stage, keys: str) -> None:
    """Press keys without waiting for what they do."""
    for key in keys:
        it.app.post_message(Key(key, key))


def hit(it: Stage) -> tuple[str, str]:
    return selected(it), count(it)


async def test_each_press_counts_however_long_the_next_session_takes() -> None:
    store, at = SlowStore(), 0
    async with stage(library(), store=store) as it:
        await searching(it)
        await it.press(*"needle")
        await it.until(lambda: len(listed(it)) == 3)
        await it.press("enter")
        await it.until(lambda: hit(it) == HITS[0])
        # each on from where the last one led
        for keys in ("nnnnnn", "NNNNNN", "nnnN", "nnNNnnNNN", "n" * 23):
            before = present(it.one(FindBar).trail).at
            store.gate.clear()
            typed(it, keys)
            await it.until(lambda: present(it.one(FindBar).trail).at != before)  # noqa: B023
            await it.pilot.pause()
            store.gate.set()
            at = (at + keys.count("n") - keys.count("N")) % len(HITS)
            await it.until(lambda: hit(it) == HITS[at])  # noqa: B023 - called at once


async def test_what_is_searched_while_a_session_opens_leaves_nobody_between_two() -> None:
    store = SlowStore()
    async with stage(library(), store=store) as it:
        await searching(it)
        await it.press(*"needle")
        await it.until(lambda: len(listed(it)) == 3)
        await it.press("enter")
        await it.until(lambda: hit(it) == HITS[0])
        store.gate.clear()
        typed(it, "nn")
        await it.until(lambda: present(it.one(FindBar).trail).at != 0)
        await it.press("f3")
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        await it.press("escape")
        store.gate.set()
        await it.until(lambda: isinstance(it.app.screen, ChatScreen))
        await it.settled()
        assert it.transcript.conversation is it.chat.open_chat.conversation
        # nor with keys that do nothing any more
        it.transcript.focus()
        await it.press("n")
        await it.until(lambda: " of 2" in count(it))

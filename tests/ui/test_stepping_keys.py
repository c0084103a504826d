"""Keys that step, pressed quickly: each press counts, whatever it takes to do what they ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.fakes import NOON, ScriptedBackend, assistant, present, user
from tests.ui.harness import Stage, stage
from tests.ui.painting import unpainted
from tests.ui.search.finding import count
from tests.ui.talks import selected
from tests.ui.test_key_routing import burst
from tui.model import Message, Session
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage
from tui.ui.sessions.picker import SessionsScreen

TURNS = 30
"""Of the event loop, for which the store keeps everybody waiting."""


class BusyStore(MemoryStore):
    def account(self, key: AccountKey) -> MemoryAccount:
        return self._accounts.setdefault(key, BusyAccount())


class BusyAccount(MemoryAccount):
    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return await super().messages(session_id)


def library() -> ScriptedBackend:
    long = [each for n in range(16) for each in (user(f"q{n}", "Why?"), assistant(f"a{n}", "So."))]
    histories: dict[str, list[Message]] = {"long": long}
    for name in "abcdefgh":
        histories[name] = [user(f"{name}q", "Why?"), assistant(f"{name}a", "So.")]
    return ScriptedBackend(
        histories,
        listed=[Session(each, SafeText(f"Title {each}"), updated_at=NOON) for each in histories],
    )


@dataclass
class Stepping:
    there: Sequence[str]
    """The keys that lead to where the others step."""
    on: str
    back: str
    place: Callable[[Stage], object]
    times: int = 3


def open_session(it: Stage) -> object:
    shown = present(it.transcript.conversation)
    return shown.id if shown is it.chat.open_chat.conversation else None


def row_in_list(it: Stage) -> object:
    return present(it.list.under_cursor).session.id


def row_in_picker(it: Stage) -> object:
    screen = it.app.screen
    assert isinstance(screen, SessionsScreen)
    return present(screen.panel.rows.under_cursor).session.id


STEPPING = {
    "earlier questions": Stepping(["escape"], "up", "down", lambda it: it.composer.text),
    "sessions": Stepping(["escape"], "alt+j", "alt+k", open_session),
    "messages": Stepping(["alt+up"], "alt+up", "alt+down", selected, times=12),
    "messages read": Stepping(["alt+up"], "k", "j", selected),
    "hits": Stepping(["ctrl+f", *"so", "enter"], "n", "N", lambda it: (selected(it), count(it))),
    "hits while typing": Stepping(["ctrl+f", *"so", "down"], "down", "up", count),
    "the list": Stepping(["ctrl+s"], "down", "up", row_in_list),
    "the picker": Stepping(["ctrl+s", "ctrl+s"], "down", "up", row_in_picker),
}


async def test_each_press_of_a_burst_counts() -> None:
    async with stage(library(), store=BusyStore()) as it:
        for question in range(8):
            it.chat.open_chat.remember_question(f"question {question}")
        for stepping in STEPPING.values():
            await it.open("long")
            await it.settled()
            it.composer.focus()
            for key in stepping.there:
                await it.press(key)
            await it.settled()
            # where it leads is asked of the app, not of the screen
            with unpainted():
                await step(it, stepping)
            while it.app.screen is not it.chat or not it.composer.has_focus:
                await it.press("escape")


async def step(it: Stage, stepping: Stepping) -> None:
    places = [stepping.place(it)]

    def is_beyond() -> bool:
        return stepping.place(it) not in (None, *places)

    for _ in range(stepping.times):
        await it.press(stepping.on)
        await it.until(is_beyond)
        places.append(stepping.place(it))
    for key, end in ((stepping.back, places[0]), (stepping.on, places[-1])):
        burst(it, *[key] * stepping.times)
        await it.until(lambda: stepping.place(it) == end)  # noqa: B023 - called at once

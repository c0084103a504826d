"""Answers of a server in every order, and what is known when all have come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.fuzz import FUZZ
from tests.optional_parts import OFFERS
from tests.tables import each_row
from tui.conversation import Connection
from tui.errors import NotFound
from tui.model import ALWAYS, Bot, Message, Period, Session
from tui.safe_text import SafeText
from tui.tapes.loops import UnhurriedLoop

EXAMPLES = 100 * FUZZ
SESSIONS = ("a", "b")


@dataclass
class HeldBackend(ScriptedBackend):
    """Does at once what it is asked, or when it answers; it answers when it is told to."""

    held: list[asyncio.Event] = field(default_factory=list)
    """One for each question that is not answered yet, oldest first."""
    is_slow_to_act: bool = False
    holds: bool = True

    async def _hold(self) -> None:
        if self.holds:
            gate = asyncio.Event()
            self.held.append(gate)
            await gate.wait()

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        listed = await super().sessions(bot_id, period)
        await self._hold()
        return listed

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        stored = list(self.histories.get(session_id, ()))
        is_there = session_id in self.histories
        await self._hold()
        if not is_there:
            raise NotFound("No such session.")
        return stored

    async def delete_session(self, session_id: str) -> None:
        if self.is_slow_to_act:
            await self._hold()
        if session_id not in self.histories:
            raise NotFound("No such session.")
        await super().delete_session(session_id)
        if not self.is_slow_to_act:
            await self._hold()

    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        if self.is_slow_to_act:
            await self._hold()
        if session_id not in self.histories:
            raise NotFound("No such session.")
        await super().delete_messages(session_id, message_ids)
        if not self.is_slow_to_act:
            await self._hold()

    async def preferred_bot(self) -> str:
        preferred = self.preferred
        await self._hold()
        return preferred

    async def prefer_bot(self, bot_id: str) -> None:
        await self._hold()
        self.preferred = bot_id

    async def new_title(self, session_id: str) -> SafeText:
        """Name a session, and tell of it later."""
        title = SafeText(f"Named {session_id}")
        self.listed = [
            Session(each.id, title) if each.id == session_id else each for each in self.listed
        ]
        await self._hold()
        return title

    async def answer_one(self, number: int) -> None:
        if self.held:
            self.held.pop(number % len(self.held)).set()
        # whoever waited for it goes on, and may ask something more
        for _ in range(12):
            await asyncio.sleep(0)


def served(*, is_slow_to_act: bool = False) -> HeldBackend:
    return HeldBackend(
        histories={
            each: [
                user(f"{each}q0", "One"),
                assistant(f"{each}a0", "1"),
                user(f"{each}q1", "Two"),
                assistant(f"{each}a1", "2"),
            ]
            for each in SESSIONS
        },
        listed=[Session(each) for each in SESSIONS],
        offered=[Bot(each, SafeText(each)) for each in ("bot", "one", "two")],
        preferred="one",
        offers=OFFERS | {"message_deletion", "titles"},
        is_slow_to_act=is_slow_to_act,
    )


Act = Callable[[Connection], Awaitable[object]]


async def ask_new(link: Connection) -> None:
    backend = link.backend
    assert isinstance(backend, HeldBackend)
    backend.scripts.append(says("Hello"))
    async for _ in link.conversation().send("Hi"):
        pass


def reread(session_id: str) -> Act:
    async def act(link: Connection) -> None:
        if link.known_session(session_id) is not None:
            await link.conversation(session_id).reread()

    return act


def delete_exchange(session_id: str) -> Act:
    async def act(link: Connection) -> None:
        conversation = link.opened(session_id)
        if conversation is not None:
            await conversation.stored.delete([f"{session_id}q0"])

    return act


ACTS: dict[str, Act] = {
    "list": lambda link: link.sessions(),
    "new": ask_new,
    "read a": reread("a"),
    "read b": reread("b"),
    "name a": lambda link: link.follow_title("a"),
    "drop a0": delete_exchange("a"),
    "delete a": lambda link: link.delete_session("a"),
    "delete b": lambda link: link.delete_session("b"),
    "settle": lambda link: link.settle_bot(),
    "pick two": lambda link: link.pick_bot("two"),
    "pick bot": lambda link: link.pick_bot("bot"),
}


async def quietly(act: Awaitable[object]) -> None:
    # a session may have been deleted meanwhile
    with suppress(NotFound):
        await act


async def play(steps: Sequence[str | int], *, is_slow_to_act: bool) -> None:
    """Begin what is named, and let the server answer the question of that number."""
    backend = served(is_slow_to_act=is_slow_to_act)
    link = connection(backend)
    link.bot_id = ""
    backend.holds = False
    await link.sessions()
    for each in SESSIONS:
        await link.conversation(each).reread()
    backend.holds = True
    tasks = []
    for step in steps:
        if isinstance(step, int):
            await backend.answer_one(step)
        else:
            tasks.append(asyncio.create_task(quietly(ACTS[step](link))))
            await asyncio.sleep(0)
    numbers = [step for step in steps if isinstance(step, int)] or [0]
    while not all(task.done() for task in tasks):
        await backend.answer_one(numbers[len(backend.held) % len(numbers)])
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    check(link, backend, [step for step in steps if isinstance(step, str)])


def check(link: Connection, backend: HeldBackend, acts: list[str]) -> None:
    known = {each.id: each for each in link.known_sessions()}
    assert known.keys() == {each.id for each in backend.listed}
    if "name a" in acts and "a" in known:
        assert known["a"].title == "Named a"
    for session_id, stored in backend.histories.items():
        conversation = link.opened(session_id)
        if conversation is not None:
            assert [each.id for each in conversation.messages] == [each.id for each in stored]
    picked = [each.removeprefix("pick ") for each in acts if each.startswith("pick")]
    if picked:
        assert link.bot_id == backend.preferred == picked[-1]
    elif "settle" in acts:
        assert link.bot_id == "one"


def run(steps: Sequence[str | int], *, is_slow_to_act: bool = False) -> None:
    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        runner.run(asyncio.wait_for(play(steps, is_slow_to_act=is_slow_to_act), 3600))


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
)
@given(
    st.lists(st.one_of(st.sampled_from(sorted(ACTS)), st.integers(0, 4)), max_size=12),
    st.booleans(),
)
def test_the_last_word_counts_in_whatever_order_the_server_answers(
    steps: list[str | int], is_slow_to_act: bool
) -> None:
    run(steps, is_slow_to_act=is_slow_to_act)


@each_row(
    "acts",
    [
        ("list", "delete a", "list"),
        ("list", "new", "list"),
        ("list", "new", "settle"),
        ("read a", "drop a0", "read a"),
        ("read a", "delete a", "list"),
        ("settle", "pick two", "pick bot"),
        ("list", "name a", "list"),
        ("list", "name a", "delete a"),
    ],
)
@each_row("is_slow_to_act", [False, True])
def test_three_questions_may_be_answered_in_any_order(
    acts: tuple[str, ...], is_slow_to_act: bool
) -> None:
    for order in permutations(range(3)):
        run([*acts, *order], is_slow_to_act=is_slow_to_act)

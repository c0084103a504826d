from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import ScriptedBackend, assistant, connection, user
from tests.fuzz import FUZZ
from tests.unit.conversation.watch import SESSION, delta
from tui.conversation import Conversation
from tui.errors import StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta, ToolCalled
from tui.model import Message, MessageStatus, Role
from tui.safe_text import SafeText
from tui.tapes.loops import UnhurriedLoop

EXAMPLES = 100 * FUZZ

QUESTIONS = st.sampled_from(["yes", "continue"])


@dataclass(frozen=True)
class Ours:
    """We ask; the answer ends by itself, is cut, or is stopped by a person."""

    text: str
    ending: str
    stored: str
    names: bool


@dataclass(frozen=True)
class Theirs:
    """Another client asks."""

    text: str
    answered: bool


@dataclass(frozen=True)
class Read:
    """What was late is stored, if anything is, and the history is read."""

    stores: int
    whole: bool = False


Action = Ours | Theirs | Read

ACTIONS = st.one_of(
    st.builds(
        Ours,
        QUESTIONS,
        st.sampled_from(["whole", "cut", "stopped"]),
        st.sampled_from(["whole", "question", "late", "never"]),
        st.booleans(),
    ),
    st.builds(Theirs, QUESTIONS, st.booleans()),
    st.builds(Read, st.integers(0, 2), st.booleans()),
)


@dataclass
class Ledger(ScriptedBackend):
    """A server that other clients write to as well, and that stores some things late.

    Each answer begins with a number of its own.
    """

    numbers: count[int] = field(default_factory=count)
    next: Ours | None = None
    late: list[list[Message]] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)
    """The history as it was read last."""

    @property
    def history(self) -> list[Message]:
        return self.histories[SESSION]

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        self.seen = await super().messages(session_id, bot_id)
        return self.seen

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        assert self.next is not None
        plan, number = self.next, next(self.numbers)
        names = plan.names
        question, answer = user(f"q{number}", text), assistant(f"a{number}", whole(number))
        if plan.stored in ("whole", "question"):
            self.history.append(question)
        try:
            yield Started(question.id if names else "")
            yield ToolCalled(0, SafeText("look"), {"n": number})
            yield delta(part(number))
            if plan.ending == "cut":
                raise StreamBroken("Cut.")
            yield delta(", and two")
            yield Completed(answer.id if names else "")
        finally:
            if plan.stored == "whole":
                at = self.history.index(question) + 1
                self.history.insert(at, answer)
            elif plan.stored == "question":
                self.late.append([answer])
            elif plan.stored == "late":
                self.late.append([question, answer])

    def theirs(self, text: str, *, answered: bool) -> None:
        number = next(self.numbers)
        self.history.append(user(f"q{number}", text))
        if answered:
            self.history.append(assistant(f"a{number}", whole(number)))

    def store_late(self, messages: list[Message]) -> None:
        if messages[0].role is Role.USER:
            self.history.extend(messages)
            return
        ids = [each.id for each in self.history]
        self.history.insert(ids.index(f"q{messages[0].id[1:]}") + 1, messages[0])


async def ask(conversation: Conversation, plan: Ours) -> None:
    async with aclosing(conversation.send(plan.text)) as events:
        async for event in events:
            if isinstance(event, TextDelta) and plan.ending == "stopped":
                conversation.stop()


def part(number: int) -> str:
    """Return what came of an answer, long enough to tell it by."""
    return f"{number}: here is what I know of one"


def whole(number: int) -> str:
    return f"{part(number)}, and two"


def number_of(message: Message) -> str:
    return message.text.partition(":")[0]


def check(conversation: Conversation, backend: Ledger, partial: dict[str, str]) -> None:
    shown = tuple(conversation.timeline)
    ids = [each.id for each in shown]
    assert len(set(ids)) == len(ids), ids
    by_question: dict[str, Message] = {}
    question: Message | None = None
    for message in shown:
        if message.role is Role.USER:
            question = message
        else:
            assert question is not None
            assert question.id not in by_question, "two answers to one question"
            by_question[question.id] = message
    for stored in backend.seen:
        if stored.role is Role.USER:
            assert ids.count(stored.id) == 1, (stored, shown)
        else:
            found = by_question[f"q{stored.id[1:]}"]
            assert number_of(found) == number_of(stored), (stored, shown)
    # what a person stopped stays, tools and all
    for number, text in partial.items():
        answer = next(each for each in shown if number_of(each) == number)
        assert answer.text == text
        assert len(answer.tools) == 1


async def play(actions: list[Action]) -> None:
    backend = Ledger(histories={SESSION: []})
    conversation = connection(backend).conversation(SESSION)
    await conversation.reread()
    partial: dict[str, str] = {}
    order: list[str] = []
    for action in actions:
        match action:
            case Ours():
                backend.next = action
                await ask(conversation, action)
                answer = next(
                    each for each in reversed(conversation.timeline) if each.role is Role.ASSISTANT
                )
                if action.ending == "stopped":
                    number = max(map(int, map(number_of, answers(conversation))))
                    partial[str(number)] = part(number)
                assert answer.status is not MessageStatus.STREAMING
            case Theirs(text, answered):
                backend.theirs(text, answered=answered)
            case Read(stores, shows_whole):
                for _ in range(min(stores, len(backend.late))):
                    backend.store_late(backend.late.pop(0))
                await conversation.reread(whole=shows_whole)
                if shows_whole:
                    partial = {
                        number: text
                        for number, text in partial.items()
                        if f"a{number}" not in [each.id for each in backend.history]
                    }
        check(conversation, backend, partial)
        order = steady(order, conversation, backend)


def answers(conversation: Conversation) -> list[Message]:
    return [each for each in conversation.timeline if each.role is Role.ASSISTANT]


def steady(before: list[str], conversation: Conversation, backend: Ledger) -> list[str]:
    """Say that nothing changed places, but for what the server stored elsewhere."""
    after = [number_of(each) for each in answers(conversation)]
    asked = [each.id[1:] for each in backend.history if each.role is Role.USER]
    shown = [each for each in after if each in asked]
    assert shown == sorted(shown, key=asked.index)
    # those of which no question was found, be it the right one
    unfound = [
        number_of(answer)
        for question, answer in pairwise(conversation.timeline)
        if question.id.startswith("local-") and answer.role is Role.ASSISTANT
    ]
    left = [each for each in before if each in unfound]
    assert [each for each in after if each in left] == [each for each in left if each in after]
    return after


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
)  # fmt: skip
@given(st.lists(ACTIONS, max_size=8))
def test_each_exchange_stands_once_and_each_answer_under_its_own_question(
    actions: list[Action],
) -> None:
    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        runner.run(play(actions))

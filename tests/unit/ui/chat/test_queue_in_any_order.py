"""Questions queued in three sessions, whatever a person does and however the answers end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes import ScriptedBackend, assistant, connection, user
from tests.fuzz import FUZZ
from tui.conversation import Conversation
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    RateLimited,
    RunnelError,
    StreamBroken,
    Unreachable,
)
from tui.events import Completed, Settled, Started, StreamEvent
from tui.model import MessageStatus, Role, Session
from tui.store import MemoryStore
from tui.tapes.loops import UnhurriedLoop
from tui.turn import QueuedQuestion
from tui.ui.chat.send_workers import SendWorkers, Task

EXAMPLES = 100 * FUZZ
NEW = ""
"""A session that is made with its first question."""

ENDS: dict[str, RunnelError | None] = {
    "ends well": None,
    "fails": AnswerFailed("Overloaded."),
    "is cut": StreamBroken("Cut short."),
    "is limited": RateLimited("Too many calls.", retry_after_s=20.0),
    "is refused": AccessRefused("Not allowed."),
    "is offline": Unreachable("Off.", sent=False),
}
NEVER_ARRIVED = {"is limited", "is refused", "is offline"}
ASKS = {"ask", "word", "retry"}
ACTS = [*ASKS, "ask", "ask", "ask", "stop", "edit", "drop", "clear", "restart", "delete"]
ACTS += [*ENDS, *["ends well"] * 4]

Step = tuple[str, int, int]
"""What happens, in which session, and to which of the questions there."""


@dataclass
class GatedBackend(ScriptedBackend):
    """Each answer, and each making of a session, ends as it is told to."""

    arrived: list[str] = field(default_factory=list)
    """The questions that it keeps."""
    ends: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    """By session, of the answers on their way; of one that is being made at `NEW`."""

    async def create_session(self, bot_id: str) -> Session:
        making = self.ends[NEW] = asyncio.get_running_loop().create_future()
        if (error := ENDS[await making]) is not None:
            raise error
        return await super().create_session(bot_id)

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        self.sent.append(text)
        history = self.histories[session_id]
        ending = self.ends[session_id] = asyncio.get_running_loop().create_future()
        # one that a person leaves goes on at the server
        end = "ends well"
        try:
            end = await ending
        finally:
            if end not in NEVER_ARRIVED:
                self.arrived.append(text)
                history.append(user(f"q{text}", text))
            if end == "ends well":
                history.append(assistant(f"a{text}", f"Re: {text}"))
            if self.ends.get(session_id) is ending:
                del self.ends[session_id]
        if (error := ENDS[end]) is not None:
            raise error
        yield Started()
        yield Completed()


class Person:
    """Does in three sessions what the screen lets a person do, and counts what was asked."""

    def __init__(self) -> None:
        self.backend = GatedBackend(
            histories={"a": [], "b": []}, listed=[Session("a"), Session("b")]
        )
        self.store = MemoryStore()
        self.tasks: list[asyncio.Task[None]] = []
        self.asked: list[str] = []
        self.let_go: set[str] = set()
        """Dropped, cleared, or in a session that was deleted."""
        self.boxes: dict[int, str] = {}
        self.places: dict[int, str] = {}
        """By session, what stood behind the question that stands in the box."""

    async def begin(self, *session_ids: str) -> None:
        self.link = connection(self.backend, store=self.store)
        self.workers = SendWorkers(
            self.spawn, self.moved, lambda *_: pytest.fail("refused"), lambda _: asyncio.sleep(0)
        )
        await self.link.load()
        self.open = [self.link.conversation(each or None) for each in session_ids]
        for each in self.open:
            await each.load()

    def spawn(self, task: Task, group: str) -> Any:
        self.tasks.append(asyncio.create_task(task()))
        return self.tasks[-1]

    def moved(self, _: object, conversation: Conversation, event: object) -> None:
        if not isinstance(event, Settled) or conversation not in self.open:
            return
        if text := conversation.unsent.take_back(event.question):
            at = self.open.index(conversation)
            self.clear(at)
            self.boxes[at] = text

    async def do(self, act: str, at: int, number: int) -> None:
        conversation, queue = self.open[at], self.open[at].queue
        picked = queue.questions[number % len(queue)] if queue else None
        match act:
            case "ask":
                self.submit(at)
            case "word" if queue and self.workers.is_busy(conversation):
                queue.release()
            case "word" if queue:
                self.workers.start_queued(self.link, conversation)
            case "retry":
                self.retry(conversation)
            case "stop":
                conversation.stop()
            case "edit" if picked is not None:
                self.clear(at)
                self.boxes[at] = f"{picked.written}!"
                behind = waiting(conversation)[number % len(queue) + 1 :]
                self.places = {**self.places, at: behind[0]} if behind else self.places
                queue.take_back(picked.id)
            case "drop" if picked is not None:
                self.let_go.add(picked.written)
                queue.drop(picked.id)
            case "clear":
                self.clear(at)
                queue.close_place()
            case "restart":
                await self.restart()
            case "delete" if self.link.known_session(conversation.id) is not None:
                self.let_go |= {*waiting(conversation)}
                self.let_go |= {e.written for e in conversation.timeline if e.role is Role.USER}
                queue.hold()
                conversation.stop()
                await self.link.delete_session(conversation.id)
                self.open[at] = self.link.conversation()
                self.clear(at)
            case _ if (ending := self.backend.ends.get(conversation.session_id or "")) is not None:
                if act in ENDS and not ending.done():
                    ending.set_result(act)
            case _:
                pass
        if act in {*ASKS, "clear", "restart", "delete"}:
            self.places.pop(at, None)
        # all that follows of itself, at no cost on this loop
        await asyncio.sleep(60)

    def submit(self, at: int) -> None:
        text = self.boxes.pop(at, f"question {len(self.asked)}")
        self.asked.append(text)
        if self.workers.is_busy(self.open[at]):
            self.open[at].queue.add(QueuedQuestion.of(text))
        else:
            self.workers.start(self.link, self.open[at], text)

    def retry(self, conversation: Conversation) -> None:
        unsent = [each for each in conversation.messages if each.status is MessageStatus.UNSENT]
        if unsent and not self.workers.is_busy(conversation):
            conversation.unsent.withdraw(unsent[0].id)
            self.workers.start(self.link, conversation, unsent[0].written)

    def clear(self, at: int) -> None:
        self.places.pop(at, None)
        if text := self.boxes.pop(at, ""):
            self.let_go.add(text)
            self.link.local.remember_question(text)

    async def restart(self) -> None:
        """Go on with what the store held at this moment."""
        self.store = MemoryStore(self.store)
        ids = [each.id for each in self.open]
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.begin(*ids)

    def check_nothing_is_lost(self) -> None:
        somewhere = {*self.backend.arrived, *self.boxes.values()}
        for conversation in self.open:
            somewhere |= {*waiting(conversation), *(each.text for each in conversation.timeline)}
        known = self.link.local.questions()
        for text in self.let_go:
            assert text in known
        for text in self.asked:
            # one taken back stands in the box under its new words
            kept = {text, f"{text}!"} & (somewhere | self.let_go | set(self.asked) - {text})
            assert kept, text


def waiting(conversation: Conversation) -> list[str]:
    return [each.written for each in conversation.queue.questions]


async def play(steps: Sequence[Step]) -> None:
    person = Person()
    backend = person.backend
    await person.begin("a", "b", NEW)
    for act, at, number in steps:
        conversation, queue = person.open[at], person.open[at].queue
        before, sent_before = waiting(conversation), len(backend.sent)
        is_overtaken = person.places.get(at) in before[:1]
        goes_on = queue.goes_on and not is_overtaken
        is_coming = (conversation.session_id or "no answer") in backend.ends
        await person.do(act, at, number)
        sent = backend.sent[sent_before:]
        assert len(sent) <= 1
        if act == "ends well" and is_coming:
            assert sent == (before[:1] if goes_on else [])
        elif act not in {*ASKS, "ends well"}:
            # neither a failure nor a new start lets anything go out
            assert sent == []
        if sent and sent[0] in before:
            assert sent == before[:1]
        assert max(Counter(backend.arrived).values(), default=1) == 1
        person.check_nothing_is_lost()
        for each in person.open:
            assert not each.queue.goes_on or person.workers.is_busy(each)
    for task in person.tasks:
        task.cancel()
    await asyncio.gather(*person.tasks, return_exceptions=True)


STEPS = st.tuples(st.sampled_from(ACTS), st.sampled_from([0, 0, 0, 1, 2, 2]), st.integers(0, 3))


def all_at(at: int, *acts: str) -> list[Step]:
    return [(act, at, 0) for act in acts]


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(st.lists(STEPS, min_size=6, max_size=25))
@example(all_at(0, *["ask"] * 3, *["ends well"] * 4))
@example(all_at(0, *["ask"] * 3, "ends well", "is cut", "restart", "word", "ends well"))
@example(all_at(0, *["ask"] * 3, "edit", "ends well", "ask", "ends well", "ends well"))
@example(all_at(2, *["ask"] * 3, "ends well", "ends well", "ends well"))
@example(all_at(2, *["ask"] * 3, "is offline", "restart", "word", "ends well", "ends well"))
@example(all_at(0, *["ask"] * 3, "delete"))
@example(all_at(2, *["ask"] * 3, "stop", "drop", "restart", "edit", "restart", "ask"))
def test_each_question_is_asked_once_in_its_order_or_can_be_found(steps: list[Step]) -> None:
    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        runner.run(play(steps))

from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.contract.conftest import Place
from tui.backends.base import Backend
from tui.conversation import Connection, Conversation
from tui.events import QuestionNoted, Settled
from tui.model import Message, MessageStatus, Profile, Role
from tui.store import MemoryStore
from tui.turn import QueuedQuestion


async def asked(conversation: Conversation, first: str, *more: str) -> list[Settled]:
    """Send a question and what is queued behind it, as far as it goes on by itself."""
    ends: list[Settled] = []
    events = conversation.send(first)
    while True:
        async with aclosing(events) as turn:
            async for event in turn:
                if isinstance(event, QuestionNoted) and not ends:
                    for question in more:
                        conversation.queue.add(QueuedQuestion.of(question))
                elif isinstance(event, Settled):
                    ends.append(event)
        if not conversation.queue.goes_on:
            return ends
        events = conversation.send_queued()


async def opened(backend: Backend) -> Connection:
    bot_id = (await backend.bots())[0].id
    profile = Profile("test", "any", "http://127.0.0.1:1")
    return Connection(profile, backend, MemoryStore(), bot_id)


def questions(messages: tuple[Message, ...]) -> list[str]:
    return [each.text for each in messages if each.role is Role.USER]


async def test_what_is_queued_stands_at_the_server_once_and_in_its_order(place: Place) -> None:
    async with place.backend() as backend:
        conversation = (await opened(backend)).conversation()
        ends = await asked(conversation, "echo one", "echo two", "echo two", "echo three")
        wanted = ["echo one", "echo two", "echo two", "echo three"]
        assert [end.question.text for end in ends] == wanted
        assert not any(end.answer.failure for end in ends)
        stored = await backend.messages(conversation.session_id or "")
        assert questions(tuple(stored)) == questions(conversation.messages) == wanted
        assert all(each.status is MessageStatus.STORED for each in conversation.messages)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["fault status 429", "fault cut fault unanswered"])
async def test_after_a_fault_nothing_more_reaches_the_server(place: Place, fault: str) -> None:
    async with place.backend() as backend:
        conversation = (await opened(backend)).conversation()
        await asked(conversation, "echo one")
        (end,) = await asked(conversation, fault, "echo two")
        assert end.answer.failure is not None
        assert conversation.queue.is_held
        stored = await backend.messages(conversation.session_id or "")
        assert "echo two" not in questions(tuple(stored))
        # a word is enough
        async with aclosing(conversation.send_queued()) as turn:
            *_, last = [event async for event in turn]
        assert isinstance(last, Settled)
        assert (last.question.text, last.answer.failure) == ("echo two", None)
        stored = await backend.messages(conversation.session_id or "")
        assert questions(tuple(stored)).count("echo two") == 1

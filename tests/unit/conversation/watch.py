"""What must hold at every event of every send."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing

from tests.fakes import ScriptedBackend, StillClock, connection, user
from tui.conversation import Conversation
from tui.events import QuestionNoted, Settled, TextDelta, TurnEvent
from tui.model import Message, Role, Session
from tui.safe_text import clean

SESSION = "s"


def session(session_id: str, title: str = "", preview: str = "") -> Session:
    return Session(session_id, clean(title), clean(preview))


def delta(text: str) -> TextDelta:
    return TextDelta(clean(text))


def opened(backend: ScriptedBackend, clock: StillClock | None = None) -> Conversation:
    backend.histories.setdefault(SESSION, [])
    return connection(backend, clock).conversation(SESSION)


def nothing_stored(session_id: str, question: str, streamed: str) -> list[Message]:
    return []


def question_stored(session_id: str, question: str, streamed: str) -> list[Message]:
    return [user("q", question)]


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


async def send(
    conversation: Conversation, text: str, *, stop_at: type[TurnEvent] | None = None
) -> list[TurnEvent]:
    """Send `text` and return all events; stop the send where the first `stop_at` comes."""
    asked_before = asked_in(conversation, text)
    events: list[TurnEvent] = []
    async with aclosing(conversation.send(text)) as turn:
        async for event in turn:
            events.append(event)
            assert_shown_once(conversation)
            assert asked_in(conversation, text) == asked_before + 1
            if stop_at is not None and isinstance(event, stop_at):
                stop_at = None
                conversation.stop()
    assert isinstance(events[0], QuestionNoted)
    assert [isinstance(event, Settled) for event in events] == [False] * (len(events) - 1) + [True]
    assert conversation.progress is None
    assert tuple(conversation.timeline) == conversation.messages == settled(events).history
    assert settled(events).question in conversation.messages
    assert settled(events).answer in conversation.messages
    assert_shown_once(conversation)
    return events


def asked_in(conversation: Conversation, text: str) -> int:
    return sum(
        message.role is Role.USER and message.text.strip() == text.strip()
        for message in conversation.timeline
    )


def assert_shown_once(conversation: Conversation) -> None:
    ids = [message.id for message in conversation.timeline]
    assert len(ids) == len(set(ids)), ids
    last = None
    for message in conversation.timeline:
        is_second = (last, message.role) == (Role.ASSISTANT, Role.ASSISTANT)
        assert not is_second, texts(conversation.timeline)
        last = message.role


def settled(events: list[TurnEvent]) -> Settled:
    last = events[-1]
    assert isinstance(last, Settled)
    return last

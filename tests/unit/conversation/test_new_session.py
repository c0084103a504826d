from __future__ import annotations

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.unit.conversation.watch import (
    delta,
    send,
    settled,
    texts,
)
from tui.errors import (
    RunnelError,
    ServerFailed,
    Unreachable,
)
from tui.events import (
    Completed,
    QuestionNoted,
    SessionCreated,
    Settled,
    Started,
    TitleChanged,
)
from tui.model import MessageStatus
from tui.safe_text import SafeText


@unhurried
async def test_the_first_send_makes_the_session_and_lists_it() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    conversation = link.conversation()
    events = await send(conversation, "What is a monad?\nPlease.")
    created = events[1]
    assert isinstance(created, SessionCreated)
    assert conversation.session_id == created.session.id
    assert link.conversation(created.session.id) is conversation
    (listed,) = link.known_sessions()
    assert (listed.title, listed.preview) == ("What is a monad? Please.", "Hello")


@unhurried
async def test_a_session_that_cannot_be_made_is_listed_by_the_first_question_in_it() -> None:
    errors: list[RunnelError] = [Unreachable("Off.") for _ in range(4)]
    link = connection(ScriptedBackend(scripts=[says("Hello")], create_errors=errors))
    conversation = link.conversation()

    def title() -> str:
        listed = link.unmade.find(conversation.id)
        return listed.title if listed is not None else ""

    first = settled(await send(conversation, "What is a monad?")).question
    await send(conversation, "And a functor?")
    assert title() == "What is a monad?"
    conversation.unsent.take_out(first)
    await send(conversation, "What is a group?")
    assert title() == "And a functor?"


@unhurried
async def test_a_session_that_cannot_be_made_leaves_the_question_unsent() -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")], create_errors=[ServerFailed("500"), Unreachable("Off.")]
    )
    link = connection(backend)
    conversation = link.conversation()
    for _ in range(2):
        events = await send(conversation, "Hi")
        assert [type(event) for event in events] == [QuestionNoted, Settled]
        end = settled(events)
        assert end.question.status is MessageStatus.UNSENT
        assert link.known_sessions() == ()
        conversation.unsent.withdraw(end.question.id)
        assert tuple(conversation.timeline) == ()
    await send(conversation, "Hi")
    assert texts(conversation.messages) == ["Hi", "Hello"]
    assert backend.sent == ["Hi"]


@unhurried
async def test_an_unsent_question_stays_above_what_was_asked_after_it() -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")], create_errors=[Unreachable("Off.", sent=False)]
    )
    conversation = connection(backend).conversation()
    await send(conversation, "First")
    await send(conversation, "Second")
    assert texts(conversation.messages) == ["First", "", "Second", "Hello"]
    assert texts(await conversation.reread()) == ["First", "", "Second", "Hello"]


@unhurried
async def test_a_title_sent_with_the_stream_names_the_session() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), TitleChanged(SafeText("Greetings")), delta("Hello"), Completed()]]
    )
    link = connection(backend)
    await send(link.conversation(), "Hi")
    assert link.known_sessions()[0].title == "Greetings"

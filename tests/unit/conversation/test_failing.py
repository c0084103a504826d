from __future__ import annotations

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, says, user
from tests.unit.conversation.watch import (
    SESSION,
    delta,
    nothing_stored,
    opened,
    question_stored,
    send,
    settled,
    texts,
)
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    RateLimited,
    RunnelError,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.events import (
    QuestionNoted,
    Settled,
    Started,
)
from tui.model import MessageStatus, NotePart
from tui.safe_text import SafeText

BEGINNINGS: list[list[Step]] = [[], [Started()], [Started(), delta("Hello wor")]]


@pytest.mark.parametrize("beginning", BEGINNINGS)
@unhurried
async def test_a_failure_the_server_reports_stays_with_the_question_alone(
    beginning: list[Step],
) -> None:
    backend = ScriptedBackend(
        scripts=[[*beginning, AnswerFailed("The model failed.", status=500)]],
        stores=question_stored,
    )
    conversation = opened(backend)
    events = await send(conversation, "Hi")
    end = settled(events)
    assert end.question.id == "q"
    assert end.answer.status is MessageStatus.PARTIAL
    assert end.answer.failure is not None
    assert end.answer.failure.sentence == "The model failed."
    assert end.answer.text == ("Hello wor" if len(beginning) == 2 else "")
    assert len(backend.sent) == 1


@unhurried
async def test_a_reported_failure_stays_with_a_stored_truncated_answer() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hello wor"), AnswerFailed("The model failed.")]],
        stores=lambda *_: [user("q", "Hi"), assistant("a", "Hello")],
    )
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    assert end.answer.id == "a"
    assert end.answer.text == "Hello"
    assert end.answer.failure is not None
    assert (await conversation.reread())[1].failure == end.answer.failure


@unhurried
async def test_a_reported_failure_goes_when_the_server_finishes_the_answer_later() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hello wor"), AnswerFailed("The model failed.")]],
        stores=lambda *_: [user("q", "Hi"), assistant("a", "Hello")],
    )
    conversation = opened(backend)
    await send(conversation, "Hi")
    backend.histories[SESSION][1] = assistant("a", "Hello world.")
    answer = (await conversation.reread())[1]
    assert (answer.text, answer.failure) == ("Hello world.", None)


@unhurried
async def test_a_reported_failure_without_any_trace_at_the_server_keeps_both_texts() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hello"), AnswerFailed("The model failed.")]],
        stores=nothing_stored,
    )
    conversation = opened(backend)
    await send(conversation, "Hi")
    assert texts(conversation.messages) == ["Hi", "Hello"]


@unhurried
async def test_a_cut_stream_is_made_whole_by_the_history() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hel"), StreamBroken("Cut.")]],
        stores=lambda *_: [user("q", "Hi"), assistant("a", "Hello")],
    )
    answer = settled(await send(opened(backend), "Hi")).answer
    assert answer == assistant("a", "Hello")


@pytest.mark.parametrize("stored", ["", "Hel"])
@unhurried
async def test_a_stored_answer_still_being_written_does_not_take_text_away(stored: str) -> None:
    waiting = assistant("a", *([stored] if stored else []), NotePart(SafeText("No answer yet.")))
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hello wor"), StreamBroken("Cut.")]],
        stores=lambda *_: [user("q", "Hi"), waiting],
    )
    conversation = opened(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert (answer.text, answer.status) == ("Hello wor", MessageStatus.PARTIAL)
    backend.histories[SESSION][1] = assistant("a", "Hello world")
    assert texts(await conversation.reread()) == ["Hi", "Hello world"]


@unhurried
async def test_a_stream_cut_before_the_first_text_stays_failed_until_there_is_an_answer() -> None:
    backend = ScriptedBackend(
        scripts=[[StreamBroken("Cut.")]],
        stores=lambda *_: [user("q", "Hi"), assistant("a", NotePart(SafeText("No answer yet.")))],
    )
    conversation = opened(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert answer.failure is not None
    assert answer.failure.sentence == "Cut."
    assert conversation.current_id(answer.id) == answer.id


@pytest.mark.parametrize(
    "refusal",
    [
        Unreachable("No connection.", sent=False),
        BadInput("Too long."),
        AccessRefused("No.", status=401),
        NotFound("Gone.", status=404),
        RateLimited("Slow down."),
        ServerFailed("No such model.", status=400),
        ServerFailed("A workflow is running.", status=409),
        ServerFailed("Wrong fields.", status=422),
        ServerFailed("The server sends us on.", status=307),
    ],
)
@unhurried
async def test_what_never_arrived_is_unsent_and_not_looked_for(refusal: RunnelError) -> None:
    backend = ScriptedBackend(scripts=[[refusal]], stores=nothing_stored)
    conversation = opened(backend)
    await conversation.reread()
    events = await send(conversation, "Hi")
    assert [type(event) for event in events] == [QuestionNoted, Settled]
    assert settled(events).question.status is MessageStatus.UNSENT
    assert settled(events).answer.failure is not None
    # what the server does not know may be the session, or who was to answer
    assert backend.reads == (2 if isinstance(refusal, NotFound) else 1)
    assert not conversation.is_gone
    assert backend.sent == ["Hi"]


@pytest.mark.parametrize("late", [RateLimited("Slow down."), AccessRefused("No more credit.")])
@unhurried
async def test_a_refusal_after_the_server_began_to_answer_is_not_unsent(late: RunnelError) -> None:
    backend = ScriptedBackend(scripts=[[Started("q"), late]], stores=question_stored)
    end = settled(await send(opened(backend), "Hi"))
    assert end.question == user("q", "Hi")
    assert end.answer.failure is not None


@pytest.mark.parametrize("error", [ServerFailed("500", status=500), Unreachable("Timed out.")])
@unhurried
async def test_a_question_is_not_sent_when_the_history_before_it_cannot_be_read(
    error: RunnelError,
) -> None:
    backend = ScriptedBackend(read_errors=[error])
    backend.histories[SESSION] = [user("q", "Hi"), assistant("a", "An older answer")]
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    assert end.question.status is MessageStatus.UNSENT
    assert backend.sent == []
    assert backend.reads == 1
    assert texts(await conversation.reread()) == ["Hi", "An older answer", "Hi", ""]


@unhurried
async def test_a_question_is_sent_where_only_reading_is_refused() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    backend.read_errors = [AccessRefused("No key.", status=401) for _ in range(5)]
    end = settled(await send(conversation, "Hi"))
    assert backend.sent == ["Hi"]
    assert (end.answer.text, end.answer.status) == ("Hello", MessageStatus.UNCONFIRMED)


@unhurried
async def test_a_history_that_may_not_be_read_is_not_asked_for_again() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = connection(backend).conversation()
    backend.read_errors = [AccessRefused("No key.", status=401) for _ in range(5)]
    assert settled(await send(conversation, "Hi")).answer.text == "Hello"
    assert backend.reads == 1


@pytest.mark.parametrize("broken", [Unreachable("Timed out."), ServerFailed("500", status=500)])
@unhurried
async def test_what_may_have_arrived_is_looked_for_and_never_sent_again(
    broken: RunnelError,
) -> None:
    backend = ScriptedBackend(scripts=[[broken]], stores=nothing_stored)
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    assert end.question.status is not MessageStatus.UNSENT
    assert end.answer.status is MessageStatus.PARTIAL
    assert backend.sent == ["Hi"]

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import uuid4

import pytest

from tests.contract.conftest import TINY_CHUNKS, Place
from tests.fakes import present
from tui.backends.base import Backend
from tui.errors import AccessRefused, AnswerFailed, BadInput, NotFound, RunnelError
from tui.events import Completed, StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import CitationsPart, Message, Role, ToolState
from tui.safe_text import clean

NASTY = (
    "data: x",
    "42",
    "null",
    "{",
    '{"response": "no"}',
    "[DONE]",
    "\n\nleading and trailing\n\n",
    "a\r\nb\rc\n\n\n\nd",
    "\t  indented  ",
    "event: error\ndata: {}\n\n: comment\nid: 7\n\n",
    "nel\x85 line\u2028 paragraph\u2029 feed\x0c vt\x0b end",
    "\ufeffbom \U0001f469\u200d\U0001f4bb e\u0301 漢字 \U0001f1fa\U0001f1f3",
)
HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m \x7f \u202edesrever\u202c \u2066i\u2069 [@click=x]y[/]"
)
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]"
)


async def usable_bot(backend: Backend) -> str:
    return await backend.preferred_bot() or (await backend.bots())[0].id


async def new_session(backend: Backend) -> tuple[str, str]:
    bot_id = await usable_bot(backend)
    return (await backend.create_session(bot_id)).id, bot_id


async def collect(events: AsyncGenerator[StreamEvent, None], came: list[StreamEvent]) -> None:
    """Add the events to `came` one by one, so that those before an error are there too."""
    async with aclosing(events):
        async for event in events:
            came += [event]


async def ask(backend: Backend, session_id: str, bot_id: str, text: str) -> list[StreamEvent]:
    came: list[StreamEvent] = []
    await collect(backend.stream(session_id, bot_id, text), came)
    return came


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def answers(history: list[Message]) -> list[Message]:
    return [message for message in history if message.role is Role.ASSISTANT]


async def test_says_who_we_are(place: Place) -> None:
    async with place.backend() as backend:
        identity = await backend.identify()
    assert identity.name


async def test_lists_what_can_answer(place: Place) -> None:
    async with place.backend() as backend:
        bots = await backend.bots()
    assert bots
    assert all(bot.id and bot.name for bot in bots)


async def test_lists_past_sessions_newest_first_and_reads_them(place: Place) -> None:
    async with place.backend() as backend:
        sessions = await backend.sessions(await usable_bot(backend))
        times = [session.updated_at for session in sessions if session.updated_at]
        assert len(times) == len(sessions) > 1
        assert times == sorted(times, reverse=True)
        history = await backend.messages(sessions[-1].id)
    assert {message.role for message in history} >= {Role.USER, Role.ASSISTANT}
    assert len({message.id for message in history}) == len(history)


@pytest.mark.slow
async def test_the_streamed_text_is_the_stored_text(chunked_place: Place) -> None:
    scripted = ["unicode", "tools"]
    if chunked_place.chunk_bytes not in TINY_CHUNKS:
        # ten thousands of tiny pieces, cut in the same places as those of the others
        scripted += ["code", "table", "markdown", "links"]
    async with chunked_place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        for question in (*scripted, *(f"echo {text}" for text in (*NASTY, HOSTILE))):
            events = await ask(backend, session_id, bot_id, question)
            history = await backend.messages(session_id)
            assert history[-2].text == clean(question)
            assert text_of(events) == history[-1].text, question
            assert isinstance(events[-1], Completed)
            if question.startswith("echo "):
                assert text_of(events) == clean(question.removeprefix("echo "))


async def test_nothing_unsafe_comes_out(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        events = await ask(backend, session_id, bot_id, f"echo {HOSTILE}")
        history = await backend.messages(session_id)
        sessions = await backend.sessions(bot_id)
    shown = [text_of(events), *(message.text for message in history)]
    shown += [text for session in sessions for text in (session.id, session.title, session.preview)]
    assert [text for text in shown if UNSAFE.search(text)] == []
    assert "[@click=x]y[/]" in shown[0]


async def test_an_answer_in_one_piece_is_the_stored_one(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        answer = await present(backend.whole_answers).answer(
            session_id, bot_id, "echo \n\nplain 漢字 \U0001f469\u200d\U0001f4bb\n"
        )
        stored = answers(await backend.messages(session_id))[-1]
    assert answer.text == stored.text == "\n\nplain 漢字 \U0001f469\u200d\U0001f4bb\n"


async def test_tools_are_told_live_or_afterwards(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        events = await ask(backend, session_id, bot_id, "tools")
        stored = answers(await backend.messages(session_id))[-1]
    if place.tells_tools_live:
        called = [event for event in events if isinstance(event, ToolCalled)]
        returned = [event for event in events if isinstance(event, ToolReturned)]
        assert [call.call for call in called] == [each.call for each in returned] == [0, 1, 2]
        assert isinstance(called[0].arguments, dict)
        assert [each.failed for each in returned] == [False, True, False]
    if place.keeps_tools:
        states = [tool.state for tool in stored.tools]
        assert states == [ToolState.DONE, ToolState.FAILED, ToolState.DONE]


async def test_sources_are_in_the_history(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        await ask(backend, session_id, bot_id, "citations")
        stored = answers(await backend.messages(session_id))[-1]
    found = [part for part in stored.parts if isinstance(part, CitationsPart)]
    assert len(found) == place.keeps_sources
    if found:
        assert all(citation.title for citation in found[0].citations)
    if place.api == "gpt-trainer":
        markers = [citation.marker for citation in found[0].citations if citation.marker]
        assert markers[:3] == ["1.2", "3.4", "5.1"]


async def test_a_deleted_session_is_gone(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        await ask(backend, session_id, bot_id, "echo short")
        assert session_id in {session.id for session in await backend.sessions(bot_id)}
        await present(backend.session_deletion).delete_session(session_id)
        assert session_id not in {session.id for session in await backend.sessions(bot_id)}
        with pytest.raises(NotFound):
            await backend.messages(session_id)
        with pytest.raises(NotFound) as gone:
            await present(backend.session_deletion).delete_session(session_id)
    assert gone.value.exit_code == 4


async def test_an_unknown_session_is_not_found(place: Place) -> None:
    async with place.backend() as backend:
        for session_id in (str(uuid4()), "../chatbots", "%2e%2e", "..", "a b/c?d#e", ""):
            with pytest.raises(NotFound):
                await backend.messages(session_id)


async def test_a_wrong_secret_is_refused_and_not_told(place: Place) -> None:
    async with place.backend("wrong-secret-9876") as backend:
        with pytest.raises(AccessRefused) as refused:
            await backend.identify()
        with pytest.raises(AccessRefused):
            await backend.bots()
    assert refused.value.exit_code == 3
    assert "wrong-secret-9876" not in f"{refused.value!r} {refused.value.hint} {backend!r}"


async def test_leaving_a_stream_early_leaves_the_answer_to_the_server(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        async with aclosing(backend.stream(session_id, bot_id, "long")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    begun = event.text
                    break
        assert await backend.bots()
        stored = await stored_answer(backend, session_id)
    assert stored.text.startswith(begun)
    assert stored.text.count(" ") > 1_500


async def stored_answer(backend: Backend, session_id: str) -> Message:
    """Read the history until the answer stands in it."""
    async with asyncio.timeout(20):
        while True:
            found = answers(await backend.messages(session_id))
            if found and found[-1].text:
                return found[-1]


@pytest.mark.slow
async def test_a_failure_on_the_way_comes_after_what_had_arrived(chunked_place: Place) -> None:
    came: list[StreamEvent] = []
    async with chunked_place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        with pytest.raises(AnswerFailed) as failed:
            await collect(backend.stream(session_id, bot_id, "error"), came)
        history = await backend.messages(session_id)
    assert text_of(came).startswith("To find the leak")
    assert not any(isinstance(event, Completed) for event in came)
    assert failed.value.sentence
    assert history[0].role is Role.USER


async def test_two_answers_come_side_by_side(place: Place) -> None:
    async with place.backend() as backend:
        first, bot_id = await new_session(backend)
        second, _ = await new_session(backend)
        async with (
            aclosing(backend.stream(first, bot_id, "code")) as one,
            aclosing(backend.stream(second, bot_id, "table")) as other,
        ):
            ones, others = [await anext(one)], [await anext(other)]
            assert await backend.sessions(bot_id)
            others += [event async for event in other]
            ones += [event async for event in one]
        stored = [answers(await backend.messages(each))[-1].text for each in (first, second)]
    assert [text_of(ones), text_of(others)] == stored


async def test_a_text_over_the_limit_is_not_sent(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        limit = backend.capabilities.max_send_bytes
        if limit is None:
            pytest.skip("no limit is known for this API")
        with pytest.raises(BadInput, match=f"{limit:,}") as refused:
            await ask(backend, session_id, bot_id, "é" * (limit // 2))
        with pytest.raises(NotFound):
            await backend.messages(session_id)
        long = "x" * (limit - 300)
        await ask(backend, session_id, bot_id, long)
        assert (await backend.messages(session_id))[0].text == long
    assert refused.value.exit_code == 2


async def test_a_lone_surrogate_goes_out_as_a_replacement(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        events = await ask(backend, session_id, bot_id, "echo a\ud83d\ude00b\ud83dc")
    assert text_of(events) == "a\U0001f600b\ufffdc"


async def test_every_error_has_a_sentence(place: Place) -> None:
    async with place.backend() as backend:
        with pytest.raises(RunnelError) as error:
            await ask(backend, "no-such-session", "no-such-bot", "echo x")
    assert error.value.sentence.endswith(".")

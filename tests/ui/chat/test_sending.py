from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import said, stage
from tui.errors import AnswerFailed, StreamBroken, Unreachable
from tui.events import Started, TextDelta
from tui.model import Message, MessageStatus
from tui.safe_text import SafeText
from tui.ui.transcript.failure_note import FailureNote


def text(words: str) -> TextDelta:
    return TextDelta(SafeText(words))


def unreachable_at_first(answer: str) -> ScriptedBackend:
    def stored(session_id: str, question: str, streamed: str) -> list[Message]:
        return [user("q", question), assistant("a", streamed)] if streamed else []

    return ScriptedBackend(
        scripts=[[Unreachable("No connection.", sent=False)], says(answer)], stores=stored
    )


async def test_an_answer_is_drawn_while_it_streams() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("Once upon "), gate, text("a time")]])
    async with stage(backend) as it:
        await it.ask("Tell me a story")
        await it.until(lambda: it.texts == ["Tell me a story", "Once upon "])
        assert "Once upon" in it.drawn
        assert "a time" not in it.drawn
        gate.set()
        await it.settled()
        assert it.texts == ["Tell me a story", "Once upon a time"]
        assert "Once upon a time" in it.drawn


async def test_the_stored_answer_takes_the_place_of_the_streamed_one_in_the_same_widgets() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("Half of "), gate, text("it")]])
    async with stage(backend) as it:
        await it.ask("All of it, please")
        await it.until(lambda: it.texts == ["All of it, please", "Half of "])
        views, replies = it.views, it.replies
        assert [view.message.id.startswith("local-") for view in views] == [True, True]
        gate.set()
        await it.settled()
        assert all(now is then for now, then in zip(it.views, views, strict=True))
        assert all(now is then for now, then in zip(it.replies, replies, strict=True))
        assert [view.message.id for view in it.views] == ["m0", "m1"]


async def test_a_longer_stored_answer_grows_in_the_same_reply() -> None:
    def stored(session_id: str, question: str, streamed: str) -> list[Message]:
        return [user("q", question), assistant("a", streamed + " and what came later")]

    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("What came"), gate]], stores=stored)
    async with stage(backend) as it:
        await it.ask("What?")
        await it.until(lambda: "What came" in it.texts)
        replies = it.replies
        gate.set()
        await it.settled()
        assert it.replies[0] is replies[0]
        assert it.texts == ["What?", "What came and what came later"]
        assert it.drawn.count("What came") == 2, "once in the transcript, once in the list"


async def test_a_different_stored_answer_stands_alone() -> None:
    def stored(session_id: str, question: str, streamed: str) -> list[Message]:
        return [user("q", question), assistant("a", "Corrected: seven.")]

    backend = ScriptedBackend(scripts=[says("It is six.")], stores=stored)
    async with stage(backend) as it:
        await it.ask("How many?")
        await it.settled()
        assert it.texts == ["How many?", "Corrected: seven."]
        assert "six" not in it.drawn


async def test_escape_stops_the_answer_and_keeps_what_came() -> None:
    never = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("The first half"), never]])
    async with stage(backend) as it:
        await it.ask("Go on")
        await it.until(lambda: "The first half" in it.texts)
        await it.press("escape")
        await it.settled()
        assert it.texts == ["Go on", "The first half"]
        assert it.status.state == "ready"


async def test_a_stopped_answer_that_the_server_does_not_hold_is_told_as_stopped() -> None:
    never = asyncio.Event()
    backend = ScriptedBackend(
        scripts=[[Started(), text("The first half"), never]],
        stores=lambda session_id, question, streamed: [user("q", question)],
    )
    async with stage(backend) as it:
        await it.ask("Go on")
        await it.until(lambda: "The first half" in it.texts)
        await it.press("escape")
        await it.settled()
        assert it.texts == ["Go on", "The first half"]
        assert "You stopped here." in said(it.chat.query(FailureNote).last())
        assert "incomplete" in it.drawn


async def test_a_failure_stands_in_the_transcript_with_its_facts_and_keys() -> None:
    failure = AnswerFailed(
        "The model is overloaded.", hint="Try again later.", status=503, request_id="r-77"
    )
    backend = ScriptedBackend(scripts=[[Started(), text("Well, "), failure]])
    async with stage(backend) as it:
        await it.ask("Anybody there?")
        await it.settled()
        note = said(it.chat.query(FailureNote).last())
        for words in ("overloaded", "Try again later.", "HTTP 503", "r-77", "r retry", "e edit"):
            assert words in note
        assert it.texts == ["Anybody there?", "Well, "]
        assert "Anybody there?" in it.drawn


async def test_r_sends_once_more_and_nothing_else_does() -> None:
    backend = unreachable_at_first("Here I am")
    async with stage(backend) as it:
        await it.ask("Hello?")
        await it.settled()
        assert backend.sent == ["Hello?"]
        assert "not sent" in it.drawn
        it.transcript.focus()
        await it.press("r")
        await it.settled()
        assert backend.sent == ["Hello?", "Hello?"]
        assert it.texts == ["Hello?", "Here I am"]


async def test_r_leaves_what_is_being_written_in_the_composer() -> None:
    backend = unreachable_at_first("Here I am")
    async with stage(backend) as it:
        await it.ask("Hello?")
        await it.settled()
        await it.write("and then")
        it.transcript.focus()
        await it.press("r")
        await it.settled()
        assert it.composer.whole_text == "and then"


async def test_e_puts_the_question_into_the_composer_and_sends_nothing() -> None:
    backend = ScriptedBackend(scripts=[[AnswerFailed("Overloaded.")]])
    async with stage(backend) as it:
        await it.ask("Why is the sky blue?")
        await it.settled()
        await it.write("something else")
        it.transcript.focus()
        await it.press("e")
        assert it.composer.whole_text == "Why is the sky blue?"
        assert it.composer.has_focus
        assert backend.sent == ["Why is the sky blue?"]
        await it.press("home", "up")
        assert it.composer.whole_text == "something else"


async def test_a_failed_send_keeps_the_question() -> None:
    backend = ScriptedBackend(scripts=[[Unreachable("No connection.", sent=False)]])
    async with stage(backend) as it:
        await it.ask("A long and careful question")
        await it.settled()
        assert it.texts[0] == "A long and careful question"
        assert it.views[0].message.status is MessageStatus.UNSENT
        await it.press("alt+up", "e")
        await it.settled()
        assert (it.texts, it.composer.whole_text) == ([], "A long and careful question")
        await it.press("up")
        assert it.composer.whole_text == "A long and careful question"


async def test_a_broken_stream_keeps_its_beginning_when_the_server_has_no_more() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), text("Cut her"), StreamBroken("The answer was cut short.")]],
    )
    async with stage(backend) as it:
        await it.ask("Go")
        await it.settled()
        assert it.texts == ["Go", "Cut her"]


async def test_a_second_question_during_an_answer_is_sent_when_that_has_settled() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("Hm"), gate], says("Hm?")])
    async with stage(backend) as it:
        await it.ask("First")
        await it.until(lambda: "Hm" in it.texts)
        await it.ask("Second")
        assert (it.composer.whole_text, it.queued, it.notice) == ("", ["Second"], "")
        assert "Queued · sent after this answer" in it.drawn
        assert (backend.sent, list(it.texts)) == (["First"], ["First", "Hm"])
        reads_before = backend.reads
        gate.set()
        await it.settled()
        assert backend.sent == ["First", "Second"]
        assert (it.texts, it.queued) == (["First", "Hm", "Second", "Hm?"], [])
        assert backend.reads == reads_before + 2


async def test_nothing_but_blanks_is_not_sent() -> None:
    backend = ScriptedBackend()
    async with stage(backend) as it:
        await it.ask("  \n ")
        assert backend.sent == []
        assert it.composer.whole_text == "  \n "


async def test_sending_follows_the_end_again() -> None:
    history = [user("q", "\n".join(f"line {n}" for n in range(90))), assistant("a", "A")]
    backend = ScriptedBackend(histories={"s": history}, scripts=[says("At the end")])
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("pageup", "pageup")
        assert it.transcript.rows_below > 0
        await it.ask("And now?")
        await it.settled()
        assert it.transcript.following
        assert "At the end" in it.drawn


async def test_the_state_is_told_as_soon_as_a_question_is_on_its_way() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[gate, *says("Yes")]])
    async with stage(backend) as it:
        await it.ask("Quick?")
        assert it.status.state == "connecting 0 s"
        gate.set()
        await it.settled()
        assert it.status.state == "ready"


async def test_an_answer_of_which_nothing_came_is_not_called_incomplete() -> None:
    backend = ScriptedBackend(scripts=[[Unreachable("Nothing answers.", sent=False)]])
    async with stage(backend) as it:
        await it.ask("Anybody?")
        await it.settled()
        assert "not sent" in it.drawn
        assert "incomplete" not in it.drawn

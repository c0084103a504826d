from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.optional_parts import OFFERS
from tests.ui.harness import said, stage
from tui.errors import StreamBroken, Unreachable
from tui.events import Started, TextDelta
from tui.model import Message
from tui.safe_text import SafeText
from tui.ui.transcript.failure_note import FailureNote

WHOLE = OFFERS | {"whole_answers"}


@dataclass
class ProxiedBackend(ScriptedBackend):
    """Notes which questions were asked without streaming."""

    asked_whole: list[str] = field(default_factory=list)

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        self.asked_whole.append(text)
        return await super().answer(session_id, bot_id, text)


def cut_at_first(offers: frozenset[str] = WHOLE) -> ProxiedBackend:
    def stored(session_id: str, question: str, streamed: str) -> list[Message]:
        return [user("q", question), assistant("a", streamed)] if streamed == "All of it" else []

    cut = StreamBroken("The answer was cut short.")
    return ProxiedBackend(
        scripts=[[Started(), TextDelta(SafeText("All")), cut], says("All of it")],
        stores=stored,
        offers=offers,
    )


async def test_w_asks_again_without_streaming_and_nothing_else_does() -> None:
    backend = cut_at_first()
    async with stage(backend) as it:
        await it.ask("All, please")
        await it.settled()
        note = said(it.chat.query(FailureNote).last())
        assert "w retry without streaming" in note
        assert backend.asked_whole == []
        it.transcript.focus()
        await it.press("w")
        await it.settled()
        assert backend.asked_whole == ["All, please"]
        assert it.texts[-2:] == ["All, please", "All of it"]


async def test_the_key_in_the_note_is_the_one_in_force() -> None:
    async with stage(cut_at_first(), keys={"read.whole": "u"}) as it:
        await it.ask("All, please")
        await it.settled()
        assert "u retry without" in said(it.chat.query(FailureNote).last())


async def test_a_host_that_only_streams_is_not_asked_otherwise() -> None:
    backend = cut_at_first(OFFERS)
    async with stage(backend) as it:
        await it.ask("All, please")
        await it.settled()
        assert "without streaming" not in said(it.chat.query(FailureNote).last())
        it.transcript.focus()
        await it.press("w")
        assert backend.asked_whole == []
        assert it.composer.whole_text == "w", "a letter that means nothing begins a question"


async def test_an_unsent_question_is_taken_back_when_it_is_asked_without_streaming() -> None:
    backend = ProxiedBackend(
        scripts=[[Unreachable("No connection.", sent=False)], says("Yes")],
        offers=WHOLE,
        stores=lambda _, question, streamed: (
            [user("q", question), assistant("a", streamed)] if streamed else []
        ),
    )
    async with stage(backend) as it:
        await it.ask("Hello?")
        await it.settled()
        it.transcript.focus()
        await it.press("w")
        await it.settled()
        assert it.texts == ["Hello?", "Yes"]


async def test_an_answer_that_was_stopped_is_no_reason_to_ask_without_streaming() -> None:
    backend = ProxiedBackend(
        scripts=[[Started(), TextDelta(SafeText("Half")), asyncio.Event()]],
        offers=WHOLE,
        stores=lambda _, question, streamed: [user("q", question)],
    )
    async with stage(backend) as it:
        await it.ask("Hello?")
        await it.until(lambda: "Half" in it.texts)
        await it.press("escape")
        await it.settled()
        note = said(it.chat.query(FailureNote).last())
        assert "You stopped" in note
        assert "without streaming" not in note

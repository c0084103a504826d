from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.contract.conftest import Place
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.tapes.wire import Answered, Arrived, Asked, Wire, WireEvent, WireLog

QUESTIONS = ("tools", "echo Grüße, 漢字 and \x1b[31m", "citations")


def joined(events: list[StreamEvent]) -> list[StreamEvent | str]:
    """Return the events with texts that follow one another as one; starts are not in all bodies."""
    told: list[StreamEvent | str] = []
    for event in events:
        if isinstance(event, TextDelta):
            if told and isinstance(last := told[-1], str):
                told[-1] = last + event.text
            else:
                told.append(str(event.text))
        elif not isinstance(event, Started | Completed):
            told.append(event)
    return told


@pytest.mark.parametrize("streaming", [True, False])
async def test_what_came_over_the_wire_reads_again_as_it_did_then(
    place: Place, streaming: bool
) -> None:
    log = WireLog()
    async with place.backend(wire=Wire(log)) as backend:
        bot = await backend.preferred_bot() or (await backend.bots())[0].id
        for question in QUESTIONS:
            session = await backend.create_session(bot)
            came: list[StreamEvent] = []
            if streaming:
                async with aclosing(backend.stream(session.id, bot, question)) as events:
                    came = [event async for event in events]
            else:
                assert backend.whole_answers is not None
                answer = await backend.whole_answers.answer(session.id, bot, question)
                came = [TextDelta(answer.text)]
            again: list[StreamEvent] = []
            kept = [each for each in log.told() if isinstance(each, WireEvent)]
            for asked in kept:
                if not isinstance(asked, Asked) or asked.session != session.id:
                    continue
                call = [each for each in kept if each.call == asked.call]
                head = next(each for each in call if isinstance(each, Answered))
                media_type = head.content_type.partition(";")[0]
                decoder = backend.answer_decoder(asked.method, asked.path, media_type)
                if decoder is not None:
                    for piece in call:
                        if isinstance(piece, Arrived):
                            again += decoder.feed(piece.data)
                    again += decoder.finish()
            assert joined(again) == joined(came)

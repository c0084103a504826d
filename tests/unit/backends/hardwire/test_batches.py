from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.backends.hardwire.answer_events import AnswerDecoder
from tui.backends.hardwire.batches import decoded
from tui.backends.http.sse import ServerSentEvent
from tui.errors import RunnelError
from tui.events import StreamEvent, TextDelta

EVENTS = {
    "text": '{"type": "content", "delta": "ab\\r"}',
    "half a pair": '{"type": "token", "token": "\\ud83d"}',
    "no text": '{"type": "content", "delta": ""}',
    "ping": '{"type": "ping"}',
    "call": '{"type": "tool_call", "toolName": "t"}',
    "result": '{"type": "tool_result", "toolName": "t", "result": 1}',
    "end": '{"type": "end"}',
    "error": '{"type": "error", "message": "no"}',
    "senseless": "[]",
}
Meanings = list[StreamEvent | str]
"""What came out, and the sentence of the failure that ended it."""


def meanings(batches: Iterable[list[str]]) -> Meanings:
    decoder, result = AnswerDecoder(), Meanings()
    for batch in batches:
        try:
            for meaning in decoded(decoder, [ServerSentEvent(data=EVENTS[x]) for x in batch]):
                result.append(meaning)
        except RunnelError as failure:
            return [*result, failure.sentence]
        if decoder.finished:
            break
    return result


def joined(meanings: Meanings) -> Meanings:
    result = Meanings()
    for each in meanings:
        if result and isinstance(each, TextDelta) and isinstance(last := result[-1], TextDelta):
            result[-1] = TextDelta(last.text + each.text)  # type: ignore[arg-type]
        else:
            result.append(each)
    return result


@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=12), st.lists(st.integers(0, 12)))
def test_any_cut_into_batches_means_the_same_and_a_batch_has_its_texts_joined(
    names: list[str], places: list[int]
) -> None:
    bounds = [0, *sorted(place for place in places if place < len(names)), len(names)]
    one_by_one = joined(meanings([name] for name in names))
    assert joined(meanings(names[start:end] for start, end in pairwise(bounds))) == one_by_one
    assert meanings([names]) == one_by_one


@given(st.integers(0, 3), st.sampled_from([RunnelError("No."), ValueError(), KeyError()]))
def test_what_came_before_something_that_fails_in_any_way_is_not_lost(
    before: int, failure: Exception
) -> None:
    class Failing(AnswerDecoder):
        def decode(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
            if event.data == "fails":
                raise failure
            yield from super().decode(event)

    batch = [ServerSentEvent(data=EVENTS["text"]) for _ in range(before)]
    came: list[StreamEvent] = []
    with pytest.raises(type(failure)):
        came.extend(decoded(Failing(), [*batch, ServerSentEvent(data="fails")]))
    texts = [each.text for each in came if isinstance(each, TextDelta)]
    assert "".join(texts).count("ab") == before

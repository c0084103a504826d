from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, assistant, connection, user
from tests.tables import each_row
from tests.unit.conversation.watch import delta
from tui.conversation.history import History
from tui.conversation.timeline import Timeline
from tui.events import Completed, Started, TextDelta
from tui.model import Message

HISTORY = (user("q0", "0"), assistant("a0", "1"), user("q1", "2"), assistant("a1", "3"))
ARRIVING = (user("q2", "4"), assistant("a2", "5"))


def history_of(messages: Sequence[Message]) -> History:
    history = History(lambda messages, turns: None)
    history.load(messages, [])
    return history


def timeline(settled: int, arriving: tuple[Message, ...]) -> tuple[Timeline, tuple[Message, ...]]:
    history = history_of(HISTORY)
    return Timeline(history, settled, arriving), HISTORY[:settled] + arriving


@each_row("settled", [0, 2, 4])
@each_row("arriving", [(), ARRIVING])
def test_it_is_the_history_and_then_what_arrives(
    settled: int, arriving: tuple[Message, ...]
) -> None:
    some, all_of_them = timeline(settled, arriving)
    assert tuple(some) == all_of_them
    assert len(some) == len(all_of_them)
    assert [some[at] for at in range(-len(some), len(some))] == [*all_of_them, *all_of_them]
    for first in range(-7, 8):
        for end in range(-7, 8):
            assert some[first:end] == all_of_them[first:end]
    assert some[::-1] == all_of_them[::-1]


def test_it_knows_where_each_message_stands() -> None:
    some, all_of_them = timeline(4, ARRIVING)
    assert [some.position(message.id) for message in all_of_them] == list(range(6))
    assert some.find("a2") == ARRIVING[1]
    assert some.find("a1") == HISTORY[3]


def test_what_is_not_shown_has_no_place() -> None:
    some, _ = timeline(2, ARRIVING)
    assert some.position("q1") is None
    assert some.find("nobody") is None


def test_a_position_beyond_the_end_is_an_error() -> None:
    some, _ = timeline(2, ())
    with pytest.raises(IndexError):
        some[2]


def test_a_history_that_has_changed_since_does_not_mix_up_positions() -> None:
    history = history_of(HISTORY)
    before = Timeline(history, len(history.messages), ())
    history.forget({"q0", "a0"})
    assert before.position("q1") == 2
    assert Timeline(history, 2, ()).position("q1") == 0


@unhurried
async def test_a_question_on_its_way_stands_behind_the_history() -> None:
    backend = ScriptedBackend(
        histories={"s": list(HISTORY)}, scripts=[[Started(), delta("so far"), Completed()]]
    )
    conversation = connection(backend).conversation("s")
    async for event in conversation.send("new"):
        if isinstance(event, TextDelta):
            now = conversation.timeline
            assert [message.text for message in now[3:]] == ["3", "new", "so far"]
            assert now.position(now[5].id) == 5

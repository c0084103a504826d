from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tapes import streamed_on
from tests.unit.inspection.wires import (
    HISTORY_PATH,
    SESSION,
    WHOLE,
    Told,
    read_all,
    reader_of,
    said,
)
from tui.events import Completed, Started, TextDelta, ToolReturned
from tui.inspection.reader import SendSpan
from tui.inspection.timing import text_of
from tui.tapes.wire import Arrived, End, WireLog


def test_each_piece_stands_beside_what_it_means() -> None:
    told = Told()
    told.answer(*WHOLE)
    reader = read_all(reader_of(told))
    meanings = [row.meanings for row in reader.rows if isinstance(row.event, Arrived)]
    assert [type(each[0]) for each in meanings] == [Started, TextDelta, TextDelta, Completed]
    assert [row.gap_s for row in reader.rows] == [None, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert reader.is_whole


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 9))
def test_any_split_reads_the_same_at_any_pace(sizes: list[int], at_once: int) -> None:
    stream, pieces = b"".join(WHOLE), []
    for size in sizes:
        pieces.append(stream[:size])
        stream = stream[size:]
    told = Told()
    told.answer(*pieces, stream)
    reader = read_all(reader_of(told), at_once)
    assert reader.answer is not None
    assert text_of(reader.answer, reader.rows) == "Hello world."
    assert reader.answer.is_complete


def test_what_comes_later_is_read_on_from_where_it_was() -> None:
    told = Told()
    call = told.asked()
    told.answered(call)
    reader = reader_of(told)
    for piece in WHOLE:
        told.arrived(call, piece)
        read_all(reader)
    assert not reader.read(1)
    assert reader.answer is not None
    assert text_of(reader.answer, reader.rows) == "Hello world."


def test_calls_of_other_sessions_and_other_times_are_not_of_the_send() -> None:
    told = Told()
    told.answer(*WHOLE)
    told.now_s = 100.0
    other = told.asked(session="other")
    told.arrived(other, b"x")
    mine = told.answer(*WHOLE)
    told.now_s = 200.0
    told.answer(*WHOLE)
    reader = read_all(reader_of(told, lambda: SendSpan(SESSION, 100.0, 150.0)))
    assert [*reader.calls] == [mine]
    assert {row.event.call for row in reader.rows} == {mine}


def test_what_makes_the_session_of_a_first_question_is_of_its_send() -> None:
    told = Told()
    listed = told.asked("GET", "/api/v1/chatbot/b/sessions", session="")
    told.arrived(listed, b"[]")
    made = told.asked(path="/api/v1/chatbot/b/session/create", session="")
    told.arrived(made, b"{}")
    reader = reader_of(told, lambda: SendSpan("", 0.0, None))
    assert [*read_all(reader).calls] == [made]
    told.asked(session="other")
    assert [*read_all(reader).calls] == [made]
    of_made = reader_of(told)
    asked = told.answer(*WHOLE)
    told.asked(path="/api/v1/chatbot/b/session/create", session="")
    assert [*read_all(of_made).calls] == [made, asked]


def test_what_cannot_be_read_is_told_behind_what_could() -> None:
    told = Told()
    told.answer(said("Hello"), b"event: content\ndata: no JSON\n\n", said("lost"), how=End.WHOLE)
    rows = read_all(reader_of(told)).rows
    assert [bool(row.trouble) for row in rows] == [False, False, False, True, False, False]
    assert [len(row.meanings) for row in rows] == [0, 0, 1, 0, 0, 0]


def test_neither_a_refusal_nor_a_history_is_read_as_an_answer() -> None:
    told = Told()
    refused = told.asked()
    told.answered(refused, 503, "application/json")
    told.arrived(refused, b'{"error":"busy"}')
    told.ended(refused)
    history = told.asked("GET", HISTORY_PATH)
    told.answered(history, 200, "application/json")
    told.arrived(history, b'{"messages":[]}')
    told.ended(history)
    reader = read_all(reader_of(told))
    assert not any(row.meanings or row.trouble for row in reader.rows)
    assert reader.answer is not None
    assert reader.answer.asked.call == refused


def test_what_the_log_lets_go_of_is_let_go_of_here_and_counted() -> None:
    told = Told(WireLog(max_bytes=4_000))
    call = told.asked()
    told.answered(call)
    reader = reader_of(told)
    for number in range(100):
        told.arrived(call, said(f"{number} "))
        read_all(reader)
    kept = [row for row in reader.rows if isinstance(row.event, Arrived)]
    assert len(kept) + reader.dropped == 100
    assert len(kept) < 20
    assert not reader.is_whole
    # what is known of the request stays, for who comes later too
    later = read_all(reader_of(told))
    assert [row.event for row in later.rows] == [row.event for row in reader.rows]
    assert reader.answer is not None
    assert later.rows[0].event == reader.answer.asked
    assert not later.is_whole
    assert text_of(reader.answer, later.rows) == text_of(reader.answer, reader.rows)


def test_tools_are_read_as_they_were_then() -> None:
    told = Told()
    told.answer(*streamed_on("tools"))
    meanings = [each for row in read_all(reader_of(told)).rows for each in row.meanings]
    returned = [each.failed for each in meanings if isinstance(each, ToolReturned)]
    assert returned == [False, True, False]

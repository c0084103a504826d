from __future__ import annotations

import shlex

import pytest

from tests.tables import each_row
from tests.unit.inspection.wires import HISTORY_PATH, WHOLE, Told, read_all, reader_of, said
from tui.inspection.curl import curl_of
from tui.inspection.filtering import RowFilter
from tui.inspection.reader import WireReader
from tui.inspection.summary import Sameness, compared_texts, ending
from tui.inspection.timing import Timing, arrivals, retries_of, timing_of
from tui.inspection.words import RowKind, decoded_text, line_of
from tui.tapes.wire import Asked, End


def timing(told: Told) -> Timing:
    reader = read_all(reader_of(told))
    assert reader.answer is not None
    return timing_of(reader.answer, reader.rows)


def test_first_token_speed_gaps_and_stalls_are_told() -> None:
    told = Told()
    call = told.asked()
    told.now_s = 0.5
    told.answered(call)
    told.arrived(call, WHOLE[0], said("12345"), every_s=0.25)
    told.arrived(call, said("67890"), every_s=4.0)
    told.arrived(call, said("!"), every_s=2.0)
    told.now_s += 3.0
    told.ended(call, End.BROKEN, "ReadError")
    assert timing(told) == Timing(
        pieces=4,
        size_bytes=len(WHOLE[0] + said("12345") + said("67890") + said("!")),
        chars=11,
        first_byte_s=0.75,
        first_text_s=1.0,
        last_text_s=7.0,
        longest_gap_s=4.0,
        longest_gap_at_s=1.0,
        stalls=(4.0, 2.0, 3.0),
    )
    assert timing(told).chars_per_s == pytest.approx(11 / 6)


def test_of_an_answer_without_text_or_bytes_nothing_is_made_up() -> None:
    told = Told()
    told.ended(told.asked(), End.UNANSWERED, "ConnectError")
    assert timing(told) == Timing()
    assert timing(told).chars_per_s is None


def test_arrivals_stand_where_in_the_time_of_the_call_they_came() -> None:
    told = Told()
    call = told.asked()
    told.answered(call)
    told.arrived(call, b"12", b"3456", every_s=5.0)
    told.ended(call)
    reader = read_all(reader_of(told))
    assert reader.answer is not None
    plot = arrivals(reader.answer, reader.rows, 4)
    assert (plot.spans, plot.span_s) == ([0.0, 0.0, 2.0, 4.0], 10.0)


def test_a_call_that_failed_and_was_made_again_is_a_retry_and_another_reading_is_none() -> None:
    told = Told()
    for status in (503, 200, 200):
        call = told.asked("GET", HISTORY_PATH)
        told.answered(call, status, "application/json")
        told.ended(call)
    [(failed, again)] = retries_of(read_all(reader_of(told)))
    assert (failed.asked.call, again.asked.call) == (1, 2)


@each_row(
    ("how", "pieces", "words"),
    [
        (End.WHOLE, WHOLE, "the body came to its end"),
        (End.LEFT, WHOLE, "the answer was whole"),
        (End.LEFT, WHOLE[:2], "Runnel closed the stream"),
        (End.BROKEN, WHOLE[:2], "the connection broke"),
        (End.UNANSWERED, (), "no answer came"),
    ],
)
def test_how_a_call_ended_is_told(how: End, pieces: tuple[bytes, ...], words: str) -> None:
    told = Told()
    told.answer(*pieces, how=how)
    reader = read_all(reader_of(told))
    assert reader.answer is not None
    assert ending(reader.answer).startswith(words)


@each_row(
    ("streamed", "stored", "sameness", "difference"),
    [
        ("A b.", "A b.", Sameness.EQUAL, ""),
        ("A b.\n", "A b.", Sameness.BLANKS, ""),
        ("A\nb.", "A  b.", Sameness.SPACES, ""),
        ("A b c.", "A x c.", Sameness.OTHER, "A [-b-] {+x+} c."),
        ("A", "A \x1b[2J", Sameness.OTHER, "A {+␛[2J+}"),
    ],
)
def test_the_stored_text_is_held_against_the_streamed_one(
    streamed: str, stored: str, sameness: Sameness, difference: str
) -> None:
    assert compared_texts(streamed, stored) == (sameness, difference)


def test_a_request_is_a_command_that_a_shell_reads_as_it_was() -> None:
    body = '{"content":"it\'s “$HOME” `x` \\n漢"}'.encode()
    asked = Asked(1, 0.0, "POST", "/api/x?y=1&z=$a", "s", body)
    command = curl_of(asked, "https://host:8443/base", "authorization: Bearer $API_KEY")
    words = shlex.split(command)
    assert words[:3] == ["curl", "--no-buffer", "https://host:8443/api/x?y=1&z=$a"]
    assert words[words.index("--data-raw") + 1].encode() == body
    # in double quotes, so that the shell puts in what it holds
    assert '--header "authorization: Bearer $API_KEY"' in command
    read = curl_of(Asked(1, 0.0, "GET", "/api/x", "s", b""), "http://h", "")
    assert shlex.split(read) == ["curl", "--no-buffer", "http://h/api/x"]


def shown(reader: WireReader, rows: RowFilter) -> list[str]:
    rows.take(reader)
    return [line_of(each) for each in rows.rows]


def test_a_filter_goes_by_kind_and_words_and_on_with_what_comes() -> None:
    told = Told()
    call = told.asked()
    told.answered(call)
    told.arrived(call, *WHOLE)
    reader, rows = read_all(reader_of(told)), RowFilter()
    assert len(shown(reader, rows)) == 6
    rows.words = "WORLD"
    assert shown(reader, rows) == ["“world.”"]
    told.arrived(call, said("Another World"))
    read_all(reader)
    rows.words = ""
    by_kind = {}
    for _ in RowKind:
        by_kind[rows.kind] = shown(reader, rows)
        rows.turn()
    assert by_kind[RowKind.TEXT] == ["“Hello ”", "“world.”"]
    assert by_kind[RowKind.CALLS][0].startswith("→ POST /api/chats/5e551017…/messages/stream")
    assert by_kind[RowKind.TOOLS] == []
    assert sum(len(each) for kind, each in by_kind.items() if kind is not RowKind.ALL) == len(
        by_kind[RowKind.ALL]
    )


def test_many_events_in_one_piece_are_told_in_bounded_words() -> None:
    told = Told()
    call = told.asked()
    told.answered(call)
    told.arrived(call, said("word ") * 20_000)
    [row] = [row for row in read_all(reader_of(told)).rows if row.meanings]
    assert len(line_of(row)) <= 500
    assert len(decoded_text(row)) < 25_000

from __future__ import annotations

from tests.fakes import NOON
from tests.tables import each_row
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText as Safe
from tui.store import SessionMarks
from tui.ui.cells import cell_len
from tui.ui.sessions.rows import SessionRow
from tui.ui.sessions.second_line import second_line
from tui.values import replace

FACTS = SessionFacts(
    lead=((Safe("name"), Safe("Ada Lindqvist")), (Safe("email"), Safe("ada@post.example"))),
    message_count=12,
    last_question=Safe("And where is my second parcel now?"),
    labels=(Safe("late"), Safe("refund")),
)
SESSION = Session("s", Safe("Where is my parcel?"), Safe("It is on its way."), facts=FACTS)
WHOLE = "And where is my second parcel now? · [late] · [refund] · 12 messages · A… L… · a…@…"


@each_row(
    ("width", "line"),
    [
        (100, WHOLE),
        (60, "And where is my second… · [late] · [refund] · 12 messages"),
        (40, "And where is my… · [late] · [refund]"),
        (28, "And where is my second…"),
        (20, "And where is my…"),
        (1, "…"),
    ],
)
def test_whole_items_give_way_to_a_narrow_list(width: int, line: str) -> None:
    told = second_line(SessionRow(SESSION), width)
    assert cell_len(told) <= width
    assert told == line


def test_every_item_and_word_is_whole_or_not_there_at_any_width() -> None:
    marks = SessionMarks(tags=(Safe("todo"), Safe("urgent")))
    items = {*WHOLE.split(" · "), "2 queued", "#todo #urgent", "#todo…"}
    said = FACTS.last_question.split()
    for width in range(12, 120):
        told = second_line(SessionRow(SESSION, queued=2, marks=marks), width)
        assert cell_len(told) <= width
        assert told.startswith("2 queued")
        cut = [each for each in told.split(" · ") if each not in items]
        assert all(each.removesuffix("…").split() == said[: len(each.split())] for each in cut)


def test_what_is_not_known_is_left_out() -> None:
    def line(facts: SessionFacts | None) -> str:
        return second_line(SessionRow(replace(SESSION, facts=facts)), 80)

    assert line(None) == line(SessionFacts()) == "It is on its way."
    assert line(SessionFacts(message_count=1)) == "It is on its way. · 1 message"
    asked = SessionFacts(message_count=2, last_question=SESSION.title)
    assert line(asked) == "It is on its way. · 2 messages"
    gone = replace(SESSION, gone_at=NOON)
    assert "message" not in second_line(SessionRow(gone), 80)


def test_that_a_session_was_forgotten_here_is_told_before_what_is_known_of_it() -> None:
    line = second_line(SessionRow(SESSION, is_forgotten=True), 80)
    assert line.startswith("forgotten here · And where is my")
    plain = Session("s", Safe("Parcels"), Safe("It is on its way."))
    line = second_line(SessionRow(plain, is_forgotten=True), 80)
    assert line == "forgotten here · It is on its way."


@each_row(
    ("width", "line"),
    [
        (50, "#refund #later · “call back Monday” · 12 messages"),
        (40, "#refund #later · “call back Monday”"),
        (23, "#refund… · “call back…"),
        (20, "#refund… · “call…"),
    ],
)
def test_a_note_is_told_beside_tags_that_fill_the_line(width: int, line: str) -> None:
    marks = SessionMarks(tags=(Safe("refund"), Safe("later")), note=Safe("call back Monday"))
    session = replace(SESSION, facts=replace(FACTS, labels=()))
    told = second_line(SessionRow(session, marks=marks), width)
    assert cell_len(told) <= width
    assert told == line

from __future__ import annotations

from typing import Any

from tests.fakes import NOON
from tests.tables import each_row
from tui.conversation.marks import LocalMarks
from tui.conversation.undone_marks import changed_parts
from tui.safe_text import SafeText
from tui.store import NO_MARKS, AccountKey, ExchangeMarks, MemoryStore, SessionMarks
from tui.values import replace

VALUES: dict[type, Any] = {bool: True, tuple: (SafeText("todo"),), str: SafeText("Soup")}
CASES = {
    "is_pinned": "pin",
    "is_archived": "archive",
    "is_flagged": "flag",
    "is_unread": "unread mark",
    "tags": "tags",
    "note": "note",
    "title": "name",
}


@each_row("part", CASES)
def test_each_part_that_a_person_marks_has_a_name(part: str) -> None:
    changed = {part: VALUES[type(getattr(NO_MARKS, part))]}
    assert changed_parts(NO_MARKS, replace(NO_MARKS, **changed)) == ([CASES[part]], False)
    if part in ExchangeMarks.__struct_fields__:
        marks = NO_MARKS.with_exchange(replace(ExchangeMarks("q"), **changed))
        assert changed_parts(marks, NO_MARKS) == ([CASES[part]], True)


def test_all_that_is_marked_has_a_name_or_comes_of_looking() -> None:
    named = {*CASES, "seen_until", "place", "exchanges", "message_id", "is_ours"}
    assert {*SessionMarks.__struct_fields__, *ExchangeMarks.__struct_fields__} == named


async def test_of_several_sessions_a_part_is_told_once() -> None:
    marks = LocalMarks(MemoryStore().account(AccountKey("hardwire", "http://127.0.0.1:1")))
    marks.change(["s", "t"], lambda each: replace(each, is_flagged=True, seen_until=NOON))
    undone = marks.undo()
    assert (undone.session_ids, undone.what) == (["s", "t"], "flag and unread mark")
    assert not marks.undo().session_ids

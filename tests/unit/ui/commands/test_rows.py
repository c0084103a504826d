from __future__ import annotations

import random
from collections.abc import Sequence

from tests.tables import each_row
from tui.ui.commands.rows import NOT_NOW, CommandRow, matching, with_headings


def row(title: str, heading: str = "Here", why_not: str = "", *keys: str) -> CommandRow:
    return CommandRow(title.lower().replace(" ", "."), title, keys, heading, why_not)


ROWS = [
    row("Copy", "Reading"),
    row("Copy last answer", "In the chat", "", "Ctrl+Y"),
    row("Stop", "In the chat", "no answer is coming", "Esc"),
    row("Redraw", "Anywhere", "", "Ctrl+L"),
    row("Restore", "Anywhere", "not now"),
]


def titles(words: str) -> Sequence[str]:
    return [each.title for each in matching(ROWS, words)]


@each_row(
    ("words", "found"),
    [
        ("copy", ["Copy", "Copy last answer"]),
        ("answer copy", ["Copy last answer"]),
        ("cla", ["Copy last answer"]),
        ("draw", ["Redraw"]),
        ("re", ["Redraw", "Restore", "Copy"]),
        ("ctrl+l", ["Redraw"]),
        ("READ", ["Copy"]),
        ("sto", ["Stop", "Restore"]),
        ("zz", []),
    ],
)
def test_words_find_rows_by_title_first_and_of_those_what_can_be_done(
    words: str, found: Sequence[str]
) -> None:
    assert titles(words) == found


@each_row(
    ("words", "marked"),
    [("copy", "Copy"), ("answer copy", "Copyanswer"), ("cla", "Cla"), ("ctrl+y", "")],
)
def test_what_matches_is_marked(words: str, marked: str) -> None:
    (found,) = [each for each in matching(ROWS, words) if each.title == "Copy last answer"]
    assert "".join(found.title[at] for at in found.marked) == marked


def test_whatever_is_typed_only_letters_that_were_typed_are_marked() -> None:
    chance = random.Random(3)
    for _ in range(500):
        words = "".join(chance.choices("copylasnwerdt ß+", k=chance.randrange(1, 6)))
        for found in matching(ROWS, words):
            letters = {found.title[at].casefold() for at in found.marked}
            assert letters <= {*words.casefold()}


def lines(*, apart: bool) -> Sequence[str]:
    shown = with_headings(ROWS, apart=apart)
    return [each if isinstance(each, str) else each.title for each in shown]


def test_rows_stand_below_their_headings_and_apart_what_cannot_be_done() -> None:
    assert lines(apart=True) == [
        "Reading", "Copy", "In the chat", "Copy last answer", "Anywhere", "Redraw",
        NOT_NOW, "Stop", "Restore",
    ]  # fmt: skip
    assert lines(apart=False) == [
        "Reading", "Copy", "In the chat", "Copy last answer", "Stop",
        "Anywhere", "Redraw", "Restore",
    ]  # fmt: skip

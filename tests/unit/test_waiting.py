from __future__ import annotations

import pytest

from tests.waiting import unmet, until


class Shelf:
    def __init__(self) -> None:
        self.books = ["one", "two"]
        self.is_open = False

    def is_full(self) -> bool:
        return len(self.books) > 9


async def test_what_never_comes_true_is_told_as_written_and_with_its_values() -> None:
    shelf, wanted = Shelf(), 3
    with pytest.raises(AssertionError) as raised:
        await until(lambda: len(shelf.books) == wanted and not shelf.is_open)
    assert str(raised.value).splitlines() == [
        "this never came true: len(shelf.books) == wanted and (not shelf.is_open)",
        "    len(shelf.books) = 2",
        "    wanted = 3",
        "    shelf.is_open = False",
    ]


def test_one_of_two_conditions_on_a_line_is_told_apart() -> None:
    shelf = Shelf()
    first, second = (lambda: shelf.books == []), (lambda: not shelf.books)
    assert unmet(first).splitlines()[0] == "this never came true: shelf.books == []"
    assert unmet(second).splitlines() == [
        "this never came true: not shelf.books",
        "    shelf.books = ['one', 'two']",
    ]


def test_a_condition_over_several_lines_is_told_in_one() -> None:
    shelf = Shelf()
    report = unmet(
        lambda: (
            shelf.books[-1:] == ["three"]
            and any(book == shelf.books[0] for book in shelf.books)  # of a generator
        )
    )
    assert report.splitlines() == [
        "this never came true: shelf.books[-1:] == ['three'] and "
        "any((book == shelf.books[0] for book in shelf.books))",
        "    shelf.books[-1:] = ['two']",
        "    any((book == shelf.books[0] for book in shelf.books)) = True",
    ]


def test_a_value_that_cannot_be_had_or_is_long_does_not_hide_the_condition() -> None:
    shelf = Shelf()
    assert "    shelf.books[7] = IndexError('list index out of range')" in unmet(
        lambda: shelf.books[7] == "eight"
    )
    shelf.books *= 1_000
    assert unmet(lambda: shelf.books == ["one"]).endswith("… (14000 characters)")


def test_a_condition_with_a_name_is_told_by_its_source_and_one_without_source_by_itself() -> None:
    assert "return len(self.books) > 9" in unmet(Shelf().is_full)
    assert unmet("".isspace).startswith("this never came true: <built-in method isspace")


def test_the_screen_stands_under_the_condition() -> None:
    assert unmet(lambda: False, "| screen |") == "this never came true: False\n| screen |"

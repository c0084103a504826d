from __future__ import annotations

import inspect

import pytest

from tests.tables import each_row


def test_each_row_that_fails_is_told_and_no_other_is_left_out() -> None:
    tried = []

    @each_row("factor", [1, 2])
    @each_row(("one", "other"), [(1, 1), (2, 3), (4, 4), (5, 6)])
    def equal(one: int, other: int, factor: int) -> None:
        tried.append((one, factor))
        assert one * factor == other * factor

    with pytest.raises(BaseExceptionGroup) as raised:
        equal()
    assert len(tried) == 8
    assert [error.__notes__ for error in raised.value.exceptions] == [
        [f"in the row one={one}, other={one + 1}, factor={factor}"]
        for one in (2, 5)
        for factor in (1, 2)
    ]


async def test_rows_of_a_coroutine_are_awaited_with_its_fixtures() -> None:
    tried = []

    @each_row("number", range(3))
    async def odd(number: int, beside: str) -> None:
        tried.append(beside)
        # what pytest raises is no `Exception`
        with pytest.raises(ZeroDivisionError):
            1 / (number % 2)

    assert [*inspect.signature(odd).parameters] == ["beside"]
    with pytest.raises(BaseExceptionGroup) as raised:
        await odd(beside="it")
    assert tried == ["it"] * 3
    [failure] = raised.value.exceptions
    assert failure.__notes__ == ["in the row number=1"]


def test_rows_that_all_hold_say_nothing() -> None:
    each_row("number", [1, 2])(lambda number: number)()


def test_a_row_that_is_left_out_hides_no_other() -> None:
    @each_row("number", [1, 2])
    def left_out(number: int) -> None:
        if number == 2:
            pytest.skip("not here")
        raise ValueError

    with pytest.raises(BaseExceptionGroup) as raised:
        left_out()
    assert [type(each) for each in raised.value.exceptions] == [ValueError, pytest.skip.Exception]


def test_a_mark_between_two_tables_is_kept() -> None:
    @each_row("one", [1])
    @pytest.mark.slow
    @each_row("other", [2])
    def test(one: int, other: int) -> None:
        assert one < other

    assert [each.name for each in vars(test)["pytestmark"]] == ["slow"]


def test_a_table_without_rows_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="without rows"):
        each_row("number", [])


class TestRows:
    @each_row("number", [1, 2])
    def test_rows_of_a_method_are_called_with_its_instance(self, number: int) -> None:
        assert isinstance(self, TestRows)
        assert number in (1, 2)

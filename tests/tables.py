"""Tables of rows that one test goes through whole, to tell of each row that fails.

A test of its own for each row costs three milliseconds of a processor before it does anything:
each process collects it, and one hears of it. Take `pytest.mark.parametrize` for rows that want
fixtures of their own or are to be run alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import product
from typing import Any

import pytest

Test = Callable[..., Any]
Row = Mapping[str, Any]

FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""What pytest raises is no `Exception`; a row that is left out would take the others with it."""


def each_row(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Call a test with each of `rows`, as `pytest.mark.parametrize` would; several multiply.

    Raises:
        BaseExceptionGroup: when the test is run, of all that its rows raise.
    """
    table = [*_named(names, rows)]
    assert table, "a table without rows tests nothing"

    def decorate(test: Test) -> Test:
        bare: Test = getattr(test, "bare", test)
        tables: list[list[Row]] = [*getattr(test, "tables", []), table]
        run = _async_run(bare, tables) if inspect.iscoroutinefunction(bare) else _run(bare, tables)
        signature = inspect.signature(bare)
        taken = {name for each in tables for name in each[0]}
        left = [each for name, each in signature.parameters.items() if name not in taken]
        # marks that stand between two tables too
        vars(run).update(vars(test))
        vars(run).update(bare=bare, tables=tables, __signature__=signature.replace(parameters=left))
        return run

    return decorate


def _run(test: Test, tables: list[list[Row]]) -> Test:
    @wraps(test)
    def run(*instance: object, **fixtures: object) -> None:
        failures = []
        for row in _rows(tables):
            try:
                test(*instance, **fixtures, **row)
            except FAILURES as error:
                failures.append(_told(error, row))
        _raise(failures)

    return run


def _async_run(test: Test, tables: list[list[Row]]) -> Test:
    @wraps(test)
    async def run(*instance: object, **fixtures: object) -> None:
        failures = []
        for row in _rows(tables):
            try:
                await test(*instance, **fixtures, **row)
            except FAILURES as error:
                failures.append(_told(error, row))
        _raise(failures)

    return run


def _named(names: str | tuple[str, ...], rows: Iterable[Any]) -> Iterator[Row]:
    for row in rows:
        yield {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))


def _rows(tables: list[list[Row]]) -> Iterator[Row]:
    for rows in product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def _told(error: BaseException, row: Row) -> BaseException:
    error.add_note("in the row " + ", ".join(f"{name}={value!r}" for name, value in row.items()))
    return error


def _raise(failures: list[BaseException]) -> None:
    if failures:
        raise BaseExceptionGroup("rows that fail", failures)

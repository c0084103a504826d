"""Conditions that tests wait for, and the report on one that never came true."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType

MAX_TURNS = 10_000
MAX_VALUE_CHARS = 400
MOST_LOOKS, LOOK_S = 2_000, 0.01

Condition = Callable[[], bool]


async def until(condition: Condition) -> None:
    """Let the other tasks go on until `condition` holds.

    Raises:
        AssertionError: it never did.
    """
    for _ in range(MAX_TURNS):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError(unmet(condition))


async def until_another_thread_did(condition: Condition) -> None:
    """Wait until `condition` holds by what a thread does; each look would take of its time.

    Raises:
        AssertionError: it never did.
    """
    for _ in range(MOST_LOOKS):
        if condition():
            return
        await asyncio.sleep(LOOK_S)
    raise AssertionError(unmet(condition))


def unmet(condition: Condition, screen: str = "") -> str:
    """Return the report on a condition that never held: its source, its values, the screen."""
    lines = [f"this never came true: {source_of(condition)}", *values_of(condition)]
    return "\n".join([*lines, screen] if screen else lines)


def source_of(condition: Condition) -> str:
    """Return the condition as it is written, a lambda without the word."""
    body = _body(condition)
    if body is not None:
        return ast.unparse(body)
    try:
        return inspect.getsource(condition).strip()
    except (OSError, TypeError):
        return repr(condition)


def values_of(condition: Condition) -> Iterator[str]:
    """Yield a line for each thing that the condition compares or calls for, and what it is now."""
    body = _body(condition)
    if body is None or not isinstance(condition, FunctionType):
        return
    variables = inspect.getclosurevars(condition)
    names = {**variables.builtins, **variables.globals, **variables.nonlocals}
    for operand in _operands(body):
        try:
            value = eval(compile(ast.Expression(operand), "<condition>", "eval"), names)
        except Exception as error:  # noqa: BLE001 - what a test asks for may do anything
            value = error
        text = repr(value)
        cut = f"… ({len(text)} characters)" if len(text) > MAX_VALUE_CHARS else ""
        yield f"    {ast.unparse(operand)} = {text[:MAX_VALUE_CHARS]}{cut}"


def _operands(body: ast.expr) -> Iterator[ast.expr]:
    match body:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _operands(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _operands(operand)
        case ast.Compare(left=left, comparators=comparators):
            yield from (each for each in (left, *comparators) if not _is_literal(each))
        case _:
            if not _is_literal(body):
                yield body


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(each, ast.Name) for each in ast.walk(node))


def _body(condition: Condition) -> ast.expr | None:
    """Return what a lambda returns; `None` for another callable or where its source is lost."""
    if not isinstance(condition, FunctionType) or condition.__name__ != "<lambda>":
        return None
    code = condition.__code__
    try:
        lines, _ = inspect.findsource(code)
    except OSError:
        return None
    # an instruction that stands for no text has no width
    places = [place for place in code.co_positions() if place[2] != place[3]]
    bodies = [
        node.body
        for node in ast.walk(ast.parse("".join(lines)))
        if isinstance(node, ast.Lambda) and all(_encloses(node.body, place) for place in places)
    ]
    return bodies[-1] if bodies else None


def _encloses(node: ast.expr, place: tuple[int | None, ...]) -> bool:
    line, end_line, column, end_column = (each or 0 for each in place)
    begins = (node.lineno, node.col_offset) <= (line, column)
    ends = (end_line, end_column) <= (node.end_lineno or 0, node.end_col_offset or 0)
    return begins and ends

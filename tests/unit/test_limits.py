"""Limits of size: what outgrows one has a second responsibility, and gives birth to something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import tests
import tui
from tests.tables import each_row

ROOT = Path(tui.__file__).parents[1]
CODE = (Path(tui.__file__).parent, Path(tests.__file__).parent)

MAX_FILE_LINES = 350
MAX_CLASS_LINES = 300
MAX_METHODS = 25
MAX_FUNCTION_LINES = 45

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def outgrown(text: str) -> Iterator[str]:
    """Yield what is larger in a module than anything should be."""
    if (lines := text.count("\n")) > MAX_FILE_LINES:
        yield f"{lines} lines"
    waiting: list[ast.stmt] = [*ast.parse(text).body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef | _Function):
            yield from _outgrown(node)
        for inner in ("body", "orelse", "finalbody"):
            waiting += getattr(node, inner, ())


def _outgrown(node: ast.ClassDef | _Function) -> Iterator[str]:
    lines = (node.end_lineno or 0) - node.lineno + 1
    is_class = isinstance(node, ast.ClassDef)
    if lines > (MAX_CLASS_LINES if is_class else MAX_FUNCTION_LINES):
        yield f"{node.name}: {lines} lines"
    methods = sum(isinstance(each, _Function) for each in node.body)
    if is_class and methods > MAX_METHODS:
        yield f"{node.name}: {methods} methods"


def test_no_file_class_or_function_outgrows_its_limit() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {each}"
        for folder in CODE
        for path in sorted(folder.rglob("*.py"))
        for each in outgrown(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


METHOD = "    def m(self) -> None: ...\n"


@each_row(
    ("text", "told"),
    [
        ("x = 1\n" * 350, []),
        ("x = 1\n" * 351, ["351 lines"]),
        ("def f() -> None:\n" + "    f()\n" * 44, []),
        ("async def f() -> None:\n" + "    f()\n" * 45, ["f: 46 lines"]),
        ("if True:\n    def f() -> None:\n" + "        f()\n" * 45, ["f: 46 lines"]),
        ("class A:\n" + METHOD * 25, []),
        ("class A:\n" + METHOD * 26, ["A: 26 methods"]),
        ("class A:\n" + "    x = 1\n" * 300, ["A: 301 lines"]),
        ("def f() -> None:\n    class A:\n" + indent(METHOD * 26, "    "), ["A: 26 methods"]),
    ],
)
def test_what_outgrows_a_limit_is_found_wherever_it_stands(text: str, told: list[str]) -> None:
    assert [*outgrown(text)] == told

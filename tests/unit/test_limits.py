"""Limits of size: what outgrows one has a second responsibility, and gives birth to something."""

from __future__ import annotations

import ast
import re
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
_STRING = re.compile(r"(\"{3}|'{3})[\s\S]*?\1")
_NO_STRING = re.compile(r"'[^'\n]*\"{3}[^'\n]*'|\"[^\"\n]*'{3}[^\"\n]*\"|#.*(?:\"{3}|'{3})")
"""Where three quotes may begin no string."""
_STATEMENT = re.compile(r"( *)(?:(class )|((?:async )?def )|[\w@'\"])")


def outgrown(text: str) -> Iterator[str]:
    """Yield what is larger in a module than anything should be."""
    if (lines := text.count("\n")) > MAX_FILE_LINES:
        yield f"{lines} lines"
    # a tree takes many times as long as a look at the lines
    waiting: list[ast.stmt] = [*ast.parse(text).body] if _may_hold_outgrown(text) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef | _Function):
            yield from _outgrown(node)
        for inner in ("body", "orelse", "finalbody"):
            waiting += getattr(node, inner, ())


def _may_hold_outgrown(text: str) -> bool:
    """Say whether a class or function may be too large, from where the next statement begins.

    What is left of a line behind a string is made no statement by a bracket before it.
    """
    bare = _STRING.sub(lambda string: "\n" * string[0].count("\n") + ")", text)
    if _NO_STRING.search(text) or _NO_STRING.search(bare):
        return True
    begun: list[tuple[int, int, int]] = []
    methods = 0
    for number, line in enumerate([*bare.split("\n"), "end"]):
        if (statement := _STATEMENT.match(line)) is None:
            continue
        depth = len(statement[1])
        while begun and begun[-1][0] >= depth:
            _, first, most = begun.pop()
            if number - first > most:
                return True
        if statement[2]:
            begun.append((depth, number, MAX_CLASS_LINES))
        elif statement[3]:
            begun.append((depth, number, MAX_FUNCTION_LINES))
            methods += depth > 0
    return methods > MAX_METHODS


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


QUOTES = '"' * 3
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
        (f"def f() -> None:\n    x = {QUOTES}\n" + "def g(): ...\n" * 43 + QUOTES, ["f: 46 lines"]),
        (f"def f() -> None:\n    x = '{QUOTES}'\n" + "    f()\n" * 44, ["f: 46 lines"]),
        ("def f() -> None:\n    x = [\n" + "        1,\n" * 43 + "    ]\n", ["f: 46 lines"]),
        ("def f() -> None:\n    class A:\n" + indent(METHOD * 26, "    "), ["A: 26 methods"]),
    ],
)
def test_what_outgrows_a_limit_is_found_wherever_it_stands(text: str, told: list[str]) -> None:
    assert [*outgrown(text)] == told

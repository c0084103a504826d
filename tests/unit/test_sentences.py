"""Scan of every sentence that a person can read, for what none of them says."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import tui
from tests.tables import each_row

ROOT = Path(tui.__file__).parent
DOCUMENTS = (
    "README.md",
    "tui/cli/README.md",
    "tui/settings/README.md",
    "CHANGELOG.md",
    ".github/SECURITY.md",
    ".github/CONTRIBUTING.md",
)
NOT_SHOWN = {ROOT / "server" / "texts"}
_DECLARES = re.compile(r"\{\s*\n|: [^;\n]+; ?\}")
"""A style sheet, not a sentence."""

IMPERATIVES = "keys are imperatives"
RULES: Mapping[str, re.Pattern[str]] = {
    "Runnel or the passive instead of we and us": re.compile(
        r"\b([Ww]e|us|[Oo]urs?|ourselves)\b(?!\.)"
    ),
    "Ctrl+S, not ^s": re.compile(r"(?<![\w\[(\\])\^[A-Za-z]\b"),
    "Ctrl+S, not ctrl-s, C-s or Ctrl-S": re.compile(r"\b([Cc]trl|[Aa]lt|[Ss]hift|C|M)-[a-z]\b"),
    "Ctrl+S, not ctrl+s": re.compile(r"(?<![\"'`\w])(ctrl|alt|shift)\+\w|\b(Ctrl|Alt)\+[a-z]\b"),
    "Alt+Up, not an arrow": re.compile(r"\+[↑↓←→]|[↑↓←→] [↑↓←→]|[↑↓←] \w"),
    "Enter, PgUp and Esc, not signs or other words": re.compile(
        r"[⏎⌫]|\b(pgup|pgdn|Escape|PageUp|Return key)\b"
    ),
    IMPERATIVES: re.compile(r"\b(Enter|Esc|Tab|Space) (saves|signs|does not|closes|picks|opens)\b"),
    "plain words": re.compile(
        r"(does not let|lets us|let us in|makes no sense|broke off on its way|Nothing answers"
        r"|whom the|in one piece|no texts|shall\b|is refused and told|stands in the|stand in `"
        r"|[Nn]othing has come|at the server\?|for want of|all the same, |exclude each other"
        r"|takes us for|There is nothing here to|reads again\b|Read the session again)"
    ),
}


def sentences(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that have several words, docstrings left out, with their lines.

    What is put into a text stands in it as `{}`.
    """
    unread = {
        id(statement.value)
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            unread |= {id(part) for part in node.values}
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        is_read = id(node) not in unread and " " in text.strip() and not _DECLARES.search(text)
        if is_read and not text.startswith(("http", "(", "\\", "^")):
            yield node.lineno, text


def helped(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of commands, which are their help."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and any(
            "command" in ast.unparse(each) or "group" in ast.unparse(each)
            for each in node.decorator_list
        ):
            yield node.lineno, ast.get_docstring(node) or ""


def labels(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield what bindings are called."""
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Binding", "KeyHelp"):
            for each in node.args[2:3]:
                if isinstance(each, ast.Constant):
                    yield node.lineno, str(each.value)


@functools.cache
def everything() -> Sequence[tuple[str, str]]:
    """Return each text and, before it, where it stands."""
    texts: list[tuple[str, str]] = []
    for file in sorted(ROOT.rglob("*.py")):
        if not NOT_SHOWN & {*file.parents}:
            place = file.relative_to(ROOT.parent)
            nodes = [*ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
            for line, text in (*sentences(nodes), *helped(nodes), *labels(nodes)):
                texts.append((f"{place}:{line}", text))
    for name in DOCUMENTS:
        lines = (ROOT.parent / name).read_text("utf-8").split("\n")
        texts += ((f"{name}:{line}", text) for line, text in enumerate(lines, start=1))
    return texts


@pytest.mark.slow
@each_row("rule", RULES)
def test_no_sentence_says_what_the_rule_forbids(rule: str) -> None:
    # documents describe what keys do
    told = everything()
    if rule == IMPERATIVES:
        told = [each for each in told if ".py:" in each[0]]
    assert [(at, text) for at, text in told if RULES[rule].search(text)] == []


@pytest.mark.slow
def test_no_sentence_of_the_screen_spells_out_a_key_that_can_be_remapped() -> None:
    remappable = re.compile(r"\b(Ctrl\+|Alt\+|F\d{1,2}\b|Esc\b|PgUp|PgDn)")
    drawn = [each for each in everything() if each[0].startswith("tui/ui/")]
    assert [each for each in drawn if remappable.search(each[1])] == []


@pytest.mark.slow
def test_the_scan_sees_sentences_of_every_kind() -> None:
    said = {text for _, text in everything()}
    for text in ("No {} chosen yet.", "Press {} to choose one.", "Jump to end", "Quit Runnel?"):
        assert text in said
    assert any("Print the path of the configuration file" in text for text in said)


@each_row(
    "text",
    [
        "The server does not let us in.",
        "Press ^r to see more.",
        "Use ctrl-s.",
        "press ctrl+s",
        "Alt+↑ selects",
        "↑ ↓ move · Esc closes",
        "Enter saves · Esc does not",
        "⏎ Send",
    ],
)
def test_each_of_these_is_found(text: str) -> None:
    assert any(rule.search(text) for rule in RULES.values())

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from tests.tables import each_row
from tests.ui.scenes import ANSWER
from tui.formatting.readable import MAX_BLOCK_CHARS, ReadableText, readable

BLOCKS = [
    "# A *heading*",
    "Set\n---",
    "A paragraph of **some** words\nwith `code` in it, and [a link](https://example.org).",
    "- one\n- two\n  - three\n    ```py\n    x = 1\n    ```\n- four",
    "- loose\n\n- list\n\n  of two",
    "3. three\n4. four",
    "> said\n> he\n>\n> > and she",
    "| a | b |\n|---|---|\n| 1 | **x** |\n| 2 | y |",
    "```python\ndef f():\n\n    return 1\n```",
    "~~~\n```\n~~~",
    "    indented",
    "***",
    "<b>not HTML</b>",
    "![a cat](https://example.org/cat.png)",
    "[a]: https://example.org",
    "[a] is defined",
    "日本語のとても長い文章は空白がないので折り返されません",
    "```",
    "`````\n````\nnever closed",
    "| a\n|",
    "\\# no heading",
    "",
]


def streamed(source: str, chance: random.Random, *, columns: int = 40) -> str:
    text, out = ReadableText(columns, "Bot: "), ""
    while source:
        size = chance.choice((1, 3, 10, 100))
        out += text.feed(source[:size])
        source = source[size:]
    return out + text.end()


@each_row(
    ("source", "lines"),
    [
        ("## What *helps*", ["Heading 2: What helps"]),
        ("so **it** is\nindeed", ["so it is indeed"]),
        ("one  \ntwo", ["one", "two"]),
        ("[here](https://e.org) <https://f.org>", ["here (https://e.org) https://f.org"]),
        ("![cat](c.png)", ["Image: cat (c.png)"]),
        ("- a\n  1. b\n- [x] c", ["- a", "  1. b", "- [x] c"]),
        ("7) a\n8) b", ["7) a", "8) b"]),
        ("> a\n> b", ["> a b"]),
        ("```sh\nls  -l\n\n```", ["Code (sh):", "ls  -l", "", "End of code."]),
        ("| a | b |\n|-|-|\n| 1 | 2 |", ["Table, 1 row:", "a: 1; b: 2"]),
        ("| | b |\n|-|-|\n| x | 2 |\n| y | |", ["Table, 2 rows:", "x; b: 2", "y"]),
        ("~~no~~ `code`", ["~~no~~ `code`"]),
        ("a\n\nb", ["a", "", "b"]),
        ("<i>x</i>", ["<i>x</i>"]),
    ],
)
def test_what_is_marked_in_markdown_is_said_in_words(source: str, lines: list[str]) -> None:
    assert readable(source).splitlines() == lines


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=7), st.integers(0, 9))
def test_it_is_the_same_in_whatever_pieces_it_comes(blocks: list[str], seed: int) -> None:
    # a link whose target is told later is shown without it: its line was given already
    defined_first = sorted(blocks, key=lambda each: not each.startswith("[a]:"))
    source = "\n\n".join(defined_first)
    assert streamed(source, random.Random(seed)) == readable(source, columns=40, label="Bot: ")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=5).map("\n".join), st.integers(0, 9))
def test_no_word_is_lost(source: str, seed: int) -> None:
    written = re.sub(r"(?m)^\[a\]: .*", "", source)
    assert words(written) <= words(streamed(source, random.Random(seed)))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z]{2,}", text))


def test_lines_are_given_as_soon_as_they_are_whole() -> None:
    text = ReadableText()
    assert text.feed("First one.\n") == ""
    assert text.feed("\nSec") == "First one.\n"
    assert text.feed("ond\n\n```sh\nls") == "\nSecond\n\nCode (sh):\n"
    assert text.feed(" -l\n") == "ls -l\n"
    assert text.feed("```\n- a\n- b") == "End of code.\n"
    assert text.feed("\n- c\n- d\n").startswith("\n- a\n")
    assert text.end().endswith("- d\n")


def test_where_a_link_leads_is_told_at_the_end_where_it_is_known_so_late() -> None:
    text = ReadableText()
    given = text.feed("See [the *annex*][Width] and [it].\n\n")
    given += text.feed("Not [this].\n\n[width]: https://a.example\n[it]: https://b.example\n")
    assert "annex" in given
    assert text.end().endswith("\n\nLink Width: https://a.example\nLink it: https://b.example\n")


def test_lines_have_room_for_their_label_and_are_cut_between_words() -> None:
    rows = readable(ANSWER, columns=40, label="Bot: ").splitlines()
    assert rows[0] == "Bot: Heading 2: The tunnel, mostly"
    assert max(wcswidth(row) for row in rows) <= 40
    assert any(row.startswith("   ") and row.endswith("seconds,") for row in rows)


@pytest.mark.slow
def test_a_block_beyond_measure_is_shown_as_its_source() -> None:
    source = "**x** " * (MAX_BLOCK_CHARS // 6 + 1)
    assert readable(source) == f"{source}\n"
    quoted = (">" + "x" * 999 + "\n") * (MAX_BLOCK_CHARS // 1_000)
    assert readable(quoted) == quoted
    nested = MAX_BLOCK_CHARS // 5
    assert streamed("> [[*_" * nested, random.Random(1)).count("[[*_") == nested

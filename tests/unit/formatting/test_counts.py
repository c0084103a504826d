from __future__ import annotations

from tests.tables import each_row
from tui.formatting.counts import characters, counted, line_count
from tui.ui.markdown.source_blocks import code_blocks
from tui.ui.transcript.copying import described


@each_row(
    ("count", "words"), [(0, "0 lines"), (1, "1 line"), (2, "2 lines"), (12_345, "12,345 lines")]
)
def test_only_one_is_singular(count: int, words: str) -> None:
    assert counted(count, "line") == words


@each_row(
    ("text", "words"),
    [
        ("", "0 characters"),
        ("a", "1 character"),
        ("e\u0301", "1 character"),
        ("👩‍💻🇩🇪x", "3 characters"),
    ],
)
def test_a_letter_with_its_accents_is_one_character(text: str, words: str) -> None:
    assert characters(text) == words


@each_row(("text", "lines"), [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\n\nb", 3)])
def test_lines_are_counted_whether_the_last_one_ends_or_not(text: str, lines: int) -> None:
    assert line_count(text) == lines


@each_row(
    ("source", "told"),
    [
        ("```\n```", "code, 0 lines"),
        ("```sh\nx\n```", "sh, 1 line"),
        ("```sh\nx\n\n```", "sh, 2 lines"),
        ("```sh\nx\ny", "sh, 2 lines"),
        ("    x", "code, 1 line"),
    ],
)
def test_a_code_block_is_told_with_its_lines(source: str, told: str) -> None:
    (block,) = code_blocks(source)
    assert described(block) == told

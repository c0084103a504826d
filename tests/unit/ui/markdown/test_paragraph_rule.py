from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.ui.markdown.paragraph_rule import paragraph_or_heading

OPTIONS = {"linkify": False, "html": False}
LIBRARY = MarkdownIt("gfm-like", OPTIONS)
OURS = MarkdownIt("gfm-like", OPTIONS)
OURS.block.ruler.at("lheading", paragraph_or_heading)
LINES = st.sampled_from(
    [
        "word", "===", "---", "--- ", "=", "-", "- ", "--x", "= =", "  ===", "    ===", "\t---",
        "   word", "     word", "", "> word", "> ===", ">", "- item", "  ---", "1. item", "2. item",
        "# head", "```", "***", "| a | b |", "|---|---|", "[a]: /u", "\\---", "===\t", "漢字",
    ]
)  # fmt: skip


@settings(max_examples=100 * FUZZ)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_paragraphs_and_headings_are_those_of_the_library(source: str) -> None:
    assert OURS.parse(source) == LIBRARY.parse(source)


@each_row(
    ("source", "tags"),
    [
        ("a\nb\n===\nc", ["h1", "p"]),
        ("a\n---", ["h2"]),
        ("a\n    ---\n---x", ["p"]),
        ("> a\n===", ["blockquote", "p"]),
        ("- a\n  ===\n- b\n===", ["ul", "li", "h1", "li", "p"]),
        ("a\n# b", ["p", "h1"]),
    ],
)
def test_a_line_below_a_paragraph_makes_a_heading_of_it(source: str, tags: list[str]) -> None:
    assert [each.tag for each in OURS.parse(source) if each.nesting == 1] == tags

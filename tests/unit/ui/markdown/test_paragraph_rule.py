from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.ui.markdown.formula_rule import formula_block
from tui.ui.markdown.paragraph_rule import paragraph_or_heading
from tui.ui.markdown.sections import outliner
from tui.ui.markdown.table_rule import table

OPTIONS = {"linkify": False, "html": True}
ENDS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def dialect(*, is_ours: bool, has_formulas: bool) -> MarkdownIt:
    made = MarkdownIt("gfm-like", OPTIONS)
    if is_ours:
        made.block.ruler.at("lheading", paragraph_or_heading)
    if has_formulas:
        made.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
        made.block.ruler.before("table", "formula_block", formula_block, ENDS)
    return made


LIBRARY, OURS = (
    [dialect(is_ours=is_ours, has_formulas=has_formulas) for has_formulas in (False, True)]
    for is_ours in (False, True)
)
LINES = (
    "word", "===", "---", "--- ", "=", "-", "- ", "--x", "= =", "  ===", "    ===", "\t---",
    "   word", "     word", "", "> word", "> ===", ">", "- item", "  ---", "1. item", "2. item",
    "# head", "```", "***", "| a | b |", "|---|---|", "[a]: /u", "\\---", "===\t", "漢字",
    "+ item", "* item", "1) item", "01. item", "~~~", "__ _", "<div>", "<!-- x", "$$", "$$x$$",
    "\\[", "\\[x\\]", "a | b", ":-|-:", "- | -", "-|-", " |-|", "#", "\\",
)  # fmt: skip


def test_of_all_that_may_end_a_paragraph_the_first_characters_are_known() -> None:
    rules = outliner().block.ruler.__rules__
    names = {each.name for each in rules if "paragraph" in each.alt}
    # with another one comes the mark that it begins with, and lines of it above
    assert names == {
        "table", "formula_block", "fence", "blockquote", "hr", "list", "html_block", "heading"
    }  # fmt: skip


@each_row("line", LINES)
def test_what_ends_a_paragraph_is_what_ends_it_in_the_library(line: str) -> None:
    for before in ("word\n", "> word\n", "- a | b\n  ", "word\na | b\n", "word\n> a | b\n> "):
        source = f"{before}{line}\nword"
        for ours, library in zip(OURS, LIBRARY, strict=True):
            assert ours.parse(source) == library.parse(source)


@settings(max_examples=100 * FUZZ)
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_paragraphs_and_headings_are_those_of_the_library(source: str) -> None:
    for ours, library in zip(OURS, LIBRARY, strict=True):
        assert ours.parse(source) == library.parse(source)


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
    assert [each.tag for each in OURS[0].parse(source) if each.nesting == 1] == tags

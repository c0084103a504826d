import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.unit.ui.markdown.drawn import Drawn, drawn
from tui.ui.markdown.page_layout import PageLayout

pytestmark = pytest.mark.slow

FRAGMENTS = st.sampled_from(
    [
        "word", " ", "  ", "\n", "\n\n", "\n   ", "\n    ", "- ", "1. ", "2) ", "* ", "> ", "#",
        "## x", "```", "~~~", "```py\n", "\n```\n", "|", "| a | b |\n", "|---|---|\n", "---", "===",
        "***", "**", "*", "_", "~~", "`", "[a]", "[a](http://x.y)", "[a]: /u\n",
        "[b]: http://b.c 't'\n", "![i](x)", "<b>", "http://a.b", "&amp;", "\\*", "漢字", "😀", "\t",
        "[ ] ", "[x] ", '"t"\n',
        "\n[c d]: http://c.d/e\n", "\n[^c]: word\n", "    code " * 30, "```sh\n" + "a\n" * 8,
        "long words " * 40, "\n" + "| c | d |\n" * 20, "- item\n" * 30, "x" * 300, "\n> q" * 30,
    ]
)  # fmt: skip
SOURCES = st.lists(FRAGMENTS, max_size=40).map("".join)
BIG = st.lists(
    st.sampled_from(
        ["text " * 900, "| a | b |\n|---|---|\n", "| c | d d |\n" * 400, "\n\n", "- i\n" * 900,
         "\n", "```\n", "code\n" * 900, "> q\n" * 900, "[a] ", "\n[a]: /x\n", "  deep\n" * 900,
         "x" * 9000]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@st.composite
def split_sources(draw: st.DrawFn, sources: st.SearchStrategy[str]) -> list[str]:
    source = draw(sources)
    cuts = draw(st.lists(st.integers(0, len(source)), max_size=25))
    places = [0, *sorted(cuts), len(source)]
    return [source[start:end] for start, end in pairwise(places)]


@settings(max_examples=75 * FUZZ, suppress_health_check=list(HealthCheck))
@given(split_sources(SOURCES))
def test_any_split_of_a_text_ends_in_the_same_rows(pieces: list[str]) -> None:
    assert drawn(*pieces).rows == drawn("".join(pieces)).rows


@settings(max_examples=15 * FUZZ, suppress_health_check=list(HealthCheck))
@given(split_sources(BIG))
def test_any_split_of_a_long_text_ends_in_the_same_rows(pieces: list[str]) -> None:
    assert drawn(*pieces).rows == drawn("".join(pieces)).rows


@settings(max_examples=60 * FUZZ, suppress_health_check=list(HealthCheck))
@given(SOURCES)
def test_no_word_of_a_text_is_lost(source: str) -> None:
    shown = " ".join("".join(piece.text for piece in drawn(source).pieces).split())
    for word in re.findall(r"word|漢字|😀", source):
        assert word in shown


@settings(max_examples=60 * FUZZ, suppress_health_check=list(HealthCheck))
@given(split_sources(SOURCES))
def test_rows_above_the_first_changed_one_stay_as_they_were(pieces: list[str]) -> None:
    layout = Drawn()
    for piece in pieces:
        before = layout.rows
        first = layout.write(piece)
        assert layout.rows[:first] == before[:first]


@settings(max_examples=60 * FUZZ, suppress_health_check=list(HealthCheck))
@given(split_sources(SOURCES), SOURCES)
def test_a_text_that_takes_the_place_of_another_looks_as_if_it_had_come_alone(
    pieces: list[str], end: str
) -> None:
    layout = drawn(*pieces)
    other = "".join(pieces[: len(pieces) // 2]) + end
    layout.replace(other)
    assert layout.rows == drawn(other).rows


@settings(max_examples=40 * FUZZ, suppress_health_check=list(HealthCheck))
@given(split_sources(SOURCES))
def test_a_page_of_another_width_is_the_same_as_one_laid_out_at_once(pieces: list[str]) -> None:
    layout = drawn(*pieces)
    for width in (33, 150):
        fresh = PageLayout(width)
        fresh.show(layout.document.blocks, 0)
        expected = drawn("".join(pieces), width=width)
        assert [fresh.row(y) for y in range(fresh.height)] == expected.rows

from __future__ import annotations

import pytest

from tui.ui.finding import needle_of
from tui.ui.markdown.document import Document
from tui.ui.markdown.marks import marks_in, place_of
from tui.ui.markdown.page import Page


def page_of(text: str, width: int) -> Page:
    document = Document()
    document.write(text)
    document.finish()
    while document.advance():
        pass
    page = Page(width)
    page.show(document.blocks, 0)
    return page


def row_text(page: Page, y: int) -> str:
    return "".join(piece.text for piece in page.row(y))


def marked(text: str, words: str, width: int = 40) -> list[str]:
    """What is marked, row by row."""
    page, needle = page_of(text, width), needle_of(words)
    assert needle is not None
    return [
        row_text(page, y)[start:end]
        for y in range(page.height)
        for start, end in marks_in(page, y, needle)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a needle here",
        "# a needle",
        "- one\n- *nee*dle",
        "> quoted\n>\n> needle",
        "```python\nx = 'needle'\n```",
        "```\nneedle\n```",
        "| a | b |\n|---|---|\n| x | needle |",
        "[needle](https://example.com)",
        "1. a\n   - b\n\n     needle",
    ],
)
def test_words_are_marked_in_every_kind_of_block(text: str) -> None:
    assert marked(text, "needle") == ["needle"]


def test_words_that_are_broken_into_rows_are_marked_in_both() -> None:
    assert marked("the first words of two rows", "of two", width=18) == ["of", "two"]


def test_a_long_word_is_marked_in_all_its_rows() -> None:
    assert marked("abcdefghij", "bcdefghi", width=4) == ["bcd", "efgh", "i"]


def test_the_language_of_code_is_no_text() -> None:
    assert marked("```needle\nneedle\n```", "needle") == ["needle"]


@pytest.mark.parametrize("width", [12, 40])
def test_every_place_of_the_source_is_found_on_the_page(width: int) -> None:
    text = (
        "# Key\n\na key and **key** and [key](https://x.org)\n\n```sh\nkey\n\nkey=1\n```\n\n"
        "- key\n- no\n  - key again, key\n\n| a | key |\n|---|---|\n| key | c |\n"
    )
    page, needle = page_of(text, width), needle_of("key")
    assert needle is not None
    places = [place_of(page, text, m.start(), needle) for m in needle.pattern.finditer(text)]
    assert len(set(places)) == len(places) == 11
    for place in places:
        assert row_text(page, place.row)[place.start :].lower().startswith("key")
    assert sorted(places, key=lambda each: (each.row, each.start)) == places


def test_what_is_not_shown_is_placed_at_its_block() -> None:
    text = "first\n\n[shown](https://hidden.example)\n"
    needle = needle_of("hidden")
    assert needle is not None
    place = place_of(page_of(text, 40), text, text.index("hidden"), needle)
    assert (place.row, place.start) == (2, 0)

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.cells import cell_len
from tui.ui.markdown.text_rows import TextRows
from tui.ui.markdown.wrap import fold, wrap_words

TEXTS = st.text(
    st.sampled_from("ab  \n漢😀é-\u0301\u200d\ufe0f\u3000\xa0한ก็👩🇩🇪\u1100\u1161🏽"), max_size=120
)


def rows(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrap_words(text, width)]


def test_a_row_ends_between_words() -> None:
    assert rows("one two three", 8) == ["one two", "three"]


def test_a_word_longer_than_a_row_is_folded() -> None:
    assert rows("a abcdefghij b", 4) == ["a", "abcd", "efgh", "ij b"]


def test_scripts_without_blanks_break_anywhere() -> None:
    assert rows("a 漢字かな b", 6) == ["a 漢字", "かな b"]


def test_an_emoji_of_several_characters_is_not_torn() -> None:
    family = "👩\u200d👩\u200d👧"
    assert rows(f"{family * 3}", 4) == [family * 2, family]


@given(TEXTS, st.integers(1, 20))
def test_no_row_is_wider_than_the_width(text: str, width: int) -> None:
    for breaks in (wrap_words(text, width), fold(text, width)):
        assert all(cell_len(text[start:end]) <= max(width, 2) for start, end in breaks)


@given(TEXTS, st.integers(1, 20))
def test_only_blanks_and_newlines_stand_between_rows(text: str, width: int) -> None:
    for breaks, between in ((wrap_words(text, width), " \n"), (fold(text, width), "\n")):
        at = 0
        for start, end in breaks:
            assert text[at:start] in ("", *between)
            at = end
        assert at == len(text)


@given(st.text(st.sampled_from("ab  \n"), max_size=120), st.integers(2, 20))
def test_plain_letters_break_alike_beside_wide_ones(text: str, width: int) -> None:
    beside = wrap_words(text + "\n漢", width)
    assert beside[: len(wrap_words(text, width))] == wrap_words(text, width)


@given(st.lists(TEXTS, max_size=6), st.integers(2, 20))
def test_a_growing_text_is_broken_as_if_it_came_at_once(pieces: list[str], width: int) -> None:
    growing = TextRows("", width)
    text = ""
    for piece in pieces:
        text += piece
        assert growing.grow(text) is not None
    whole = TextRows(text, width)
    assert [growing.row(y) for y in range(len(growing))] == [
        whole.row(y) for y in range(len(whole))
    ]

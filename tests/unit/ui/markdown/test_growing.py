import pytest

from tests.unit.ui.markdown.drawn import Drawn, drawn, lines, text_of
from tui.ui.markdown.document import MAX_BLOCK_CHARS, OPEN_CHARS, MarkdownDocument
from tui.ui.markdown.shown_limit import SHOWN_CHARS, SHOWN_LINES


def test_an_open_fence_grows_line_by_line() -> None:
    layout = Drawn()
    layout.write("```py\n" + "x = 1\n" * 1000)
    first = layout.write("y = 2\n")
    assert first >= 1000
    assert text_of(layout.rows[-1]).strip() == "y = 2"


def test_a_fence_that_may_be_about_to_close_shows_no_stray_marks() -> None:
    layout = Drawn()
    layout.write("```\ncode\n``")
    assert layout.lines[-1].strip() == "code"
    layout.write("x")
    assert layout.lines[-1].strip() == "``x"


def test_code_is_highlighted_when_its_fence_closes() -> None:
    layout = Drawn()
    layout.write("```py\ndef f(): pass\n")
    assert not any("~Keyword" in piece.styles for piece in layout.pieces)
    layout.write("```\n")
    assert any("~Keyword" in piece.styles for piece in layout.pieces)


def test_a_long_open_block_is_its_source_until_it_closes() -> None:
    layout = Drawn()
    layout.write("**bold** words " * (OPEN_CHARS // 10))
    assert "**bold**" in layout.lines[0]
    layout.write("\n\nnext\n")
    assert "**bold**" not in layout.lines[0]


def test_a_block_that_never_closes_stays_as_its_source_and_what_follows_does_not() -> None:
    shown = lines("**bold** words " * (MAX_BLOCK_CHARS // 10) + "\n\n**next**\n")
    assert shown[0].startswith("**bold** words")
    assert shown[-1] == "next"


def test_closed_list_items_do_not_change_any_more() -> None:
    layout = Drawn()
    layout.write("1. one **two**\n" * 300)
    assert layout.write("1. last") == 300
    assert layout.lines[-1] == "301. last"


def test_an_emphasis_that_closes_is_drawn_when_it_closes() -> None:
    layout = Drawn()
    layout.write("a **b")
    assert layout.lines == ["a **b"]
    layout.write("** c")
    assert layout.lines == ["a b c"]


def test_a_text_that_goes_on_after_its_end_is_one_text() -> None:
    layout = drawn("```\ncode\n```")
    layout.write("x\nmore\n")
    layout.finish()
    assert layout.rows == drawn("```\ncode\n```x\nmore\n").rows


def test_a_definition_that_changes_after_the_end_is_followed() -> None:
    layout = drawn("[a]\n\ntext\n\n[a]: https://x")
    layout.write(".y/z\n")
    layout.finish()
    assert {piece.href for piece in layout.pieces if piece.href} == {"https://x.y/z"}


def test_what_two_texts_begin_with_stays() -> None:
    text = "".join(f"Paragraph {number}.\n\n" for number in range(100))
    layout = drawn(text)
    first = layout.replace(text.replace("Paragraph 90", "Another"))
    assert 170 <= first <= 180
    assert layout.lines[180] == "Another."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "cut"),
    [
        pytest.param("x" * (SHOWN_CHARS + 5), "5 more", id="characters"),
        pytest.param("a\n" * (SHOWN_LINES + 3), "6 more", id="lines"),
    ],
)
def test_what_is_not_shown_is_counted(source: str, cut: str) -> None:
    layout = drawn(source, width=120)
    assert layout.lines[-1].startswith(f"… {cut} characters")
    layout.write("yy")
    assert layout.lines[-1].startswith(f"… {int(cut[0]) + 2} more")


@pytest.mark.slow
@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param("x" * 10_000_000, id="one line"),
        pytest.param(">" * 5_000 + " deep", id="quotes"),
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param("![" * 50_000, id="images"),
        pytest.param("# h\n" * 3_000, id="headings"),
        pytest.param("line\n" * 1_000_000, id="lines"),
        pytest.param("*a **b " * 20_000, id="emphasis"),
        pytest.param("\n".join("  " * depth + "- x" for depth in range(1_000)), id="lists"),
    ],
)
def test_a_hostile_text_is_read_in_small_steps(bomb: str) -> None:
    layout = Drawn()
    layout.document.write(bomb)
    layout.document.finish()
    steps = 0
    while layout.document.advance():
        steps += 1
    layout.read()
    assert steps < 20
    assert layout.lines[0].strip()


def test_a_source_that_goes_on_is_taken_as_it_is_and_never_copied() -> None:
    document, source = MarkdownDocument(), "words\n\n"
    for _ in range(3):
        source += "and more\n\n"
        document.replace(source)
        while document.advance():
            pass
        assert document.source is source

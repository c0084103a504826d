from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.formatting.plain_line import plain_line

WORDS = st.lists(st.sampled_from(["soup", "Zürich", "snake_case", "C#", "a-b"]), min_size=1)
INLINE = st.sampled_from(
    [
        "{}",
        "*{}*",
        "**{}**",
        "_{}_",
        "__{}__",
        "~~{}~~",
        "`{}`",
        "[{}](https://x.y/_a_)",
        "![{}](p)",
        "[{}](<a> 'title')",
        "***{}***",
        "**`{}`**",
        "[**{}**](u)",
    ]
)
BLOCK = st.sampled_from(
    [
        "{}",
        "# {}",
        "### {} ###",
        "> {}",
        "- {}",
        "* {}",
        "12. {}",
        "> - [x] {}",
        "{}\n===",
        "{}\n---",
        "---\n\n{}",
        "[ref]: https://x.y\n\n{}",
        "   {}",
    ]
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, list[str]]:
    words = draw(WORDS)
    text = " ".join(draw(INLINE).format(word) for word in words)
    return draw(BLOCK).format(text), words


@given(st.lists(blocks(), max_size=4))
def test_of_markdown_the_words_are_left_in_their_order(parts: list[tuple[str, list[str]]]) -> None:
    source = "\n\n".join(source for source, _ in parts)
    words = [word for _, words in parts for word in words]
    assert plain_line(source, 10_000).split() == words


@each_row(
    ("source", "line"),
    [
        ("| a | b |\n|---|:-:|\n| `c` | **d** |", "a · b c · d"),
        ("```python\n# __init__\nx = *y*\n```\nand", "# __init__ x = *y* and"),
        ("~~~\n```\n~~~", "```"),
        ("so\n\n\tx = *y*", "so x = *y*"),
        ("a &amp; b \\*c\\* &lt;d>", "a & b *c* <d>"),
        ("Fish &amp; chips", "Fish & chips"),
        ("see <https://x.y/a_b_c>", "see https://x.y/a_b_c"),
        ("cut [short](https://a.very/long", "cut short"),
        ("nested **bold *and* more**", "nested bold and more"),
        ("1 * 2 * 3, __dunder__ and a_b_c", "1 * 2 * 3, dunder and a_b_c"),
        ("# \n\n> ", ""),
        ("", ""),
        ("***", ""),
        ("as said [1.2] and [3]", "as said [1.2] and [3]"),
    ],
)
def test_each_kind_of_markup_is_read_as_words(source: str, line: str) -> None:
    assert plain_line(source, 200) == line


def test_a_line_is_cut_where_it_may_not_be_longer() -> None:
    assert plain_line("**word** " * 1000, 20) == "word word word word…"


@given(st.text(alphabet="*_~`[]()<>#|-\\ a\n!&;", max_size=300))
def test_no_marks_make_it_fail(source: str) -> None:
    assert "\n" not in plain_line(source, 100)

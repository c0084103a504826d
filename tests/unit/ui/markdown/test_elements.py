import pytest

from tests.tables import each_row
from tests.unit.ui.markdown.drawn import drawn, lines


def looks_of(source: str, text: str) -> tuple[str, ...]:
    return next(piece.styles for piece in drawn(source).pieces if piece.text == text)


def targets_of(source: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.href) for piece in drawn(source).pieces if piece.href]


@each_row(
    ("source", "text", "styles"),
    [
        ("a **b** c", "b", ".strong"),
        ("a *b* c", "b", ".em"),
        ("a ~~b~~ c", "b", ".strike"),
        ("a `b` c", "b", ".code"),
        ("a [b](https://x.y) c", "b", ".link"),
        ("## b", "b", ".h2"),
        ("b\n===", "b", ".h1"),
    ],
)
def test_a_word_has_its_style(source: str, text: str, styles: str) -> None:
    assert looks_of(source, text) == (styles,)


def test_looks_add_up() -> None:
    assert looks_of("# a *b **c***", "c") == (".h1", ".em", ".strong")


@each_row(
    ("source", "shown"),
    [
        ("<http://x/%1b]52;c;a%07>", "http://x/%1b]52;c;a%07"),
        ("http://x/%1b%5d0;title%07", "http://x/%1b%5d0;title%07"),
        ("<foo:%1b%5d0;a%07>", "foo:%1b%5d0;a%07"),
        ("http://xn--4ca.example/%C3%A9", "http://xn--4ca.example/%C3%A9"),
        ("a&#13;b", "a␍b"),
        ("a&#12;b", "a␌b"),
        ("a&#10;b", "a b"),
        ("a&#x2028;b", "a b"),
        ("a&#x202e;b", "ab"),
        ("a&shy;b", "ab"),
        ("`a&#13;b`", "a&#13;b"),
        ("[a&#12;b](http://x)", "a␌b"),
        ("![a&#12;b](http://x 'y&#12;')", "▣ a␌b (http://x y␌)"),
    ],
)
def test_what_markdown_decodes_is_cleaned(source: str, shown: str) -> None:
    assert lines(source) == [shown]
    assert lines(f"# {source}") == [shown]
    assert lines(f"- {source}") == [f"• {shown}"]
    assert lines(f"> {source}") == [f"▌ {shown}"]


@each_row(
    "source",
    [
        "<b>bold</b> and List<String>",
        "<div>\ntext\n</div>",
        "as told [3.4], [1] and [^2]",
        "not *closed and not [a link",
        "a &lt; b",
    ],
)
def test_what_is_no_markdown_is_shown_as_it_is(source: str) -> None:
    assert "\n".join(lines(source)) == source.replace("&lt;", "<")


def test_a_line_break_is_kept_however_it_was_made() -> None:
    assert lines("one\ntwo  \nthree\\\nfour") == ["one", "two", "three", "four"]


def test_web_and_mail_addresses_are_links() -> None:
    source = "[a](https://x.y/z) <mailto:a@b.c> http://w.w"
    assert targets_of(source) == [
        ("a", "https://x.y/z"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("http://w.w", "http://w.w"),
    ]


@each_row("address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.y", "/z"])
def test_other_addresses_cannot_be_opened(address: str) -> None:
    assert targets_of(f"[a]({address})") == []


def test_an_image_is_its_words_and_its_address() -> None:
    assert lines("see ![a **cat**](https://x.y/c.png)") == ["see ▣ a cat (https://x.y/c.png)"]


def test_a_link_defined_below_is_a_link_and_says_what_its_definition_does() -> None:
    source = "as [told][1]\n\nmore\n\n[1]: https://x.y 'The source'\n"
    assert targets_of(source)[0] == ("told", "https://x.y")
    assert lines(source) == ["as told (The source)", "", "more"]


def test_lists_nest_and_count() -> None:
    assert lines("3. a\n3. b\n   - c\n     * d\n   - [ ] e\n   - [x] f\n") == [
        "3. a", "4. b", "   • c".replace("•", "◦"), "     ▪ d", "   ☐ e", "   ☑ f",
    ]  # fmt: skip


def test_a_list_is_as_loose_as_its_source() -> None:
    assert lines("- a\n- b\n\n- c\n\n  d\n") == ["• a", "• b", "", "• c", "", "  d"]


def test_an_item_without_text_is_still_an_item() -> None:
    assert lines("- a\n-\n- b") == ["• a", "•", "• b"]


def test_an_item_is_wrapped_under_its_text() -> None:
    assert lines("- one two three", 9) == ["• one two", "  three"]


def test_a_quote_has_a_bar_at_each_row() -> None:
    assert lines("> one two\n>\n> > three", 9) == ["▌ one two", "▌", "▌ ▌ three"[:9]]


def test_blocks_stand_apart() -> None:
    assert lines("# a\nb\n***\n- c\n") == ["a", "", "b", "", "─" * 60, "", "• c"]


def test_a_code_block_tells_its_language_and_keeps_its_blanks() -> None:
    assert lines("```py x=1\na\n  b\n\n\tc\n```\n") == [
        " py x=1 · 4 lines", " a", "   b", "", "     c",
    ]  # fmt: skip


def test_code_is_highlighted_by_the_name_of_its_language() -> None:
    assert looks_of("```python\ndef f(): pass\n```", "def") == (".fence", "~Keyword")


@pytest.mark.parametrize("language", ["", "nonesuch"])
def test_code_of_no_known_language_has_one_look(language: str) -> None:
    pieces = drawn(f"```{language}\ndef f(): pass\n```").rows[-1]
    assert {piece.styles for piece in pieces} == {(".fence",)}


def test_an_indented_code_block_is_code() -> None:
    assert lines("text\n\n    code\n") == ["text", "", " code · 1 line", " code"]


def test_nesting_beyond_reason_is_shown_as_its_source() -> None:
    assert "".join(lines(">" * 500 + "deep", 1000)) == ">" * 500 + "deep"


def test_nesting_takes_at_most_half_the_width() -> None:
    rows = lines("> " * 20 + "some words", 20)
    assert rows[-1].endswith("words")
    assert all(len(row) <= 20 for row in rows)

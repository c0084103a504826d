from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.drawn import Drawn, drawn, lines

ADDRESSES = ["https://hidden.org/a", "<https://hidden.org>", "/hidden", "hidden.md", "#hidden"]
TITLES = ["", " 'hidden'", ' "hidden words"', " (hidden)", "\n'hidden'", "  "]
LABELS = ["1", "a b", "long label", "x\\]y", "^"]


@each_row("address", ADDRESSES)
@each_row("title", TITLES)
@each_row(
    ("around", "shown"),
    [
        ("{}", []),
        ("{}\n\nend", ["end"]),
        ("begin\n\n{}", ["begin"]),
        ("# begin\n{}\nend", ["begin", "", "end"]),
        ("{}\n{}\n\nend", ["end"]),
        ("- begin\n\n  {}\n- end", ["• begin", "• end"]),
        ("- {}\n- end", ["•", "• end"]),
        ("> {}\n>\n> end", ["▌ end"]),
        ("```\ncode\n```\n{}", [" code · 1 line", " code"]),
    ],
)
def test_a_definition_is_not_shown_wherever_it_stands(
    around: str, shown: list[str], address: str, title: str
) -> None:
    definition = f"[x]: {address}{title}"
    if "\n" in title and around.startswith((">", "-")):
        definition = definition.replace("\n", " ")
    assert lines(around.replace("{}", definition)) == shown


@each_row(
    ("source", "shown"),
    [
        ("[^1]: Wikipedia", "[^1]: Wikipedia"),
        ("[INFO]: started", "[INFO]: started"),
        ("[a]: one\n[b]: https://x.y\n[c]: two", "[a]: one\n[c]: two"),
        ("[a]: one two", "[a]: one two"),
        ("as told\n[1]: https://x.y", "as told\n[1]: https://x.y"),
        ("`[1]: https://x.y`", "[1]: https://x.y"),
    ],
)
def test_a_note_and_a_word_with_its_meaning_are_text(source: str, shown: str) -> None:
    assert "\n".join(lines(source)) == shown


@each_row(
    ("source", "shown"),
    [
        ("[a][x] [x]\n\n[x]: https://x.y 'T'", "a (T) x (T)"),
        ("n[1] [1], [2]\n\n[1]: https://x.y 'T'\n[2]: /u 'T'", "n[1] [1], [2] (/u T)"),
        ("[a][x]\n\n[x]: docs/a.md", "a (docs/a.md)"),
        ("[a][x]\n\n[x]: one", "a\n\n[x]: one"),
    ],
)
def test_a_link_says_what_its_definition_would(source: str, shown: str) -> None:
    assert "\n".join(lines(source)) == shown


@st.composite
def streamed_sources(draw: st.DrawFn) -> list[str]:
    """Paragraphs, items and definitions, in pieces of any size."""
    definition = st.builds(
        "[{}]: {}{}\n".format, *(st.sampled_from(each) for each in (LABELS[:-1], ADDRESSES, TITLES))
    )
    text = st.sampled_from(
        ["word [1] word\n\n", "[a b][1]\n\n", "- item\n- [ ] task\n\n", "# head\n", "> quote\n\n",
         "```\n[1, 2]\n```\n", "| a |\n|---|\n| b |\n\n", "[note] word\n\n"]
    )  # fmt: skip
    source = "".join(draw(st.lists(text | definition.map("\n{}\n".format), max_size=12)))
    cuts = draw(st.lists(st.integers(0, len(source)), max_size=60))
    return [source[a:b] for a, b in pairwise([0, *sorted(cuts), len(source)])]


@pytest.mark.slow
@settings(max_examples=100 * FUZZ, suppress_health_check=list(HealthCheck))
@given(streamed_sources())
def test_a_definition_that_comes_in_pieces_is_never_seen_and_nothing_vanishes(
    pieces: list[str],
) -> None:
    page = Drawn()
    rows = 0
    for piece in pieces:
        page.write(piece)
        assert "]:" not in "".join(page.lines)
        assert len(page.rows) >= rows
        rows = len(page.rows)
    page.finish()
    assert page.rows == drawn("".join(pieces)).rows

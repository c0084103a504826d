"""What stands in a source is shown, or is a mark.

Marks: those of emphasis, code, headings, lists, quotes, tables, rules and fences; the backslash of
an escape; character references, which are shown as what they stand for; `<br>`; the address of a
link that can be opened (a key and a click show all of it); definitions with an address, for the
links to them say what others do.
"""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.drawn import drawn, lines
from tui.safe_text import TextCleaner, clean
from tui.ui.cells import cell_len

EXAMPLES = {
    "tabs": ("\tfoo\tbaz", " code · 1 line\n foo    baz"),
    "escapes": (r"\!\"\# \a \« C:\dir", r'!"# \a \« C:\dir'),
    "references": ("&copy; &nosuch; &#35; &amp;lt; AT&T", "© &nosuch; # &lt; AT&T"),
    "rules": ("a\n\n* * *\n\nb -- c", "a\n\n" + "─" * 60 + "\n\nb -- c"),
    "no rules": ("-- \n**\n+++\n=-=", "--\n**\n+++\n=-="),
    "headings": ("# a #\n\n#b\n\n####### c\n\n## d \\##", "a\n\n#b\n\n####### c\n\nd ##"),
    "setext headings": ("a\nb\n===\n\nc\n---", "a\nb\n\nc"),
    "indented code": ("    <a/>\n    *hi*\n\n      - x", " code · 4 lines\n <a/>\n *hi*\n\n   - x"),
    "fences": (
        "~~~\na\n```\n~~~\n\n````\n```\n````",
        " code · 2 lines\n a\n ```\n\n code · 1 line\n ```",
    ),
    "a fence that is open": ("```\nx\n``", " code · 2 lines\n x\n ``"),
    "the words of a fence": ("~~~ ruby start=3 $%@#$\nx\n~~~", " ruby start=3 $%@#$ · 1 line\n x"),
    "html blocks": (
        "<table>\n<tr>\n<!-- *x* -->\n</table>",
        "<table>\n<tr>\n<!-- *x* -->\n</table>",
    ),
    "html with marks": ("<a b='*c*'>*d*</a> a<b *c* d>e", "<a b='*c*'>d</a> a<b c d>e"),
    "html in a line": (
        "a <b c='d'>e</b> <?php ?> <!-- f -->",
        "a <b c='d'>e</b> <?php ?> <!-- f -->",
    ),
    "definitions": ("[f]: /u 't'\n\n[f] [g]", "f (/u t) [g]"),
    "cited definitions": ("x[1] y[^2]\n\n[1]: /u\n[^2]: /v", "x[1] (/u) y[^2]\n\n[^2]: /v"),
    "footnotes": ("x[^a]\n\n[^a]: Some words here.", "x[^a]\n\n[^a]: Some words here."),
    "quotes": ("> a\nb\n>\n> c", "▌ a\n▌ b\n▌\n▌ c"),
    "lists": ("- a\n\n  b\n+ c\n* d", "• a\n\n  b\n\n• c\n\n• d"),
    "numbers": ("7. a\n9. b\n9. c", "7. a\n9. b\n9. c"),
    "numbers downwards": ("3) a\n2) b\n1) c", "3) a\n2) b\n1) c"),
    "numbers with zeros in front": ("01. a\n02. b\n10. c", "01. a\n02. b\n10. c"),
    "numbers that are all the same": ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
    "no numbers": ("14.a\n-b\n1234567890. c", "14.a\n-b\n1234567890. c"),
    "tasks": ("- [ ] a\n- [x] b\n- [y] c\n2. [x] d", "☐ a\n☑ b\n• [y] c\n\n2. ☑ d"),
    "code": ("``a ` b`` `  ` `\\` `x", "a ` b    \\ `x"),
    "emphasis": ("*a**b* **c _d_ e_f_", "a**b **c d e_f_"),
    "emphasis without an end": ("**a *b _c ~~d", "**a *b _c ~~d"),
    "links": ("[a](</b c> 'd') [e](<f) [g]( h", "a (/b%20c d) [e](<f) [g]( h"),
    "links that can be opened": ("[a](https://b.c 'd')", "a (d)"),
    "links from numbers": ("20[1](https://b.c), [2 *d*](https://b.c)", "20[1], 2 d"),
    "links to nothing": ("[a]() [](https://b.c)", "a  (https://b.c)"),
    "images": ("![a *b*](/c 'd')", "▣ a b (/c d)"),
    "autolinks": ("<https://a.b/%41?c=d> <e@f.g> <h>", "https://a.b/%41?c=d e@f.g <h>"),
    "bare addresses": ("(www.a.b/c) https://d.e/f_g_h.", "(www.a.b/c) https://d.e/f_g_h."),
    "breaks before nothing": ("a<br>\n\n| b |\n|---|\n| c<br> |", "a\n\nb\n─\nc"),
    "breaks": ("a  \nb\\\nc<br>d\ne", "a\nb\nc\nd\ne"),
    "strikethrough": ("~~a~~ ~b~ ~~~c~~~", "a ~b~ ~c~"),
}


@each_row(("source", "shown"), EXAMPLES.values())
def test_what_is_no_mark_is_shown(source: str, shown: str) -> None:
    assert "\n".join(lines(source)) == shown


SEEN = "cvwyzÄ漢字。「」é%@,?“”😀한ßﬁ"
"""Characters that are never a mark."""
MARKS = st.sampled_from(
    [
        " ", "  ", "\n", "\n\n", "\n  ", "\n    ", "\t", "- ", "\n- ", "\n1. ", "2) ", "\n> ",
        "> ", "#", "\n## ", "\n```\n", "\n~~~\n", "\n  ```\n", "|", "\n| ", " | ",
        "\n|---|---|\n", "\n---\n", "\n===\n", "***", "**", "*", "__", "_", "~~", "`", "``", "[",
        "]", "](", "](https://9.9/0)", ")", "](/", "![", "\n[a]: /b\n", "<", ">", "<br>", "&amp;",
        "&#13;", "\\", "\\(", "\\)", "\\[", "\n\\[\n", "\\]", "$", "$$", "\n$$\n", "\\\n",
        " \u0301", "\u0301", "\u200d", "\ufe0f", "\r", "\x0c", "\u3000", "\xa0", "[ ] ", ":", "'",
        '"', "\n\\begin{x}\n", "\\end{x}", "{", "}", "- [x] ",
    ]
)  # fmt: skip
SOURCES = st.lists(st.text(st.sampled_from(SEEN), min_size=1, max_size=4) | MARKS, max_size=40).map(
    "".join
)


def seen(text: str) -> str:
    return "".join(each for each in text if each in SEEN)


def is_within(some: str, whole: str) -> bool:
    """Say whether a text is another one, of which some characters were left out."""
    rest = iter(whole)
    return all(each in rest for each in some)


def without_definitions(source: str) -> str:
    """Leave out whatever may define a link, with the two lines that its title may take."""
    return re.sub(r"\[[^\[\]]*\]:[^\n]*(\n[^\n]*){0,2}", "", source)


SETTINGS = settings(max_examples=100 * FUZZ, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(SOURCES, st.integers(12, 60))
def test_every_character_that_is_no_mark_is_on_the_screen(source: str, width: int) -> None:
    source = clean(source)
    shown = drawn(source, width=width).lines
    assert is_within(seen(without_definitions(source)), seen("".join(shown)))
    assert all(cell_len(line) <= width for line in shown)


@each_row("width", range(1, 12))
@each_row(
    ("source", "shown"),
    [
        ("1000. ab\n1001. cd", "1000.ab1001.cd"),
        ("- 10. [x] ab", "•10.☑ab"),
        ("- - 7) ab", "•◦7)ab"),
        ("```x\nab\n```", "xab"),
        ("# ab é👩\u200d👩c", "abé👩\u200d👩c"),
    ],
)
def test_at_any_width_nothing_is_left_out(source: str, shown: str, width: int) -> None:
    layout = drawn(source, width=width)
    assert "".join("".join(layout.lines).split()) == shown
    # no character is narrower than it is
    assert all(cell_len(line) <= max(width, 2) for line in layout.lines)


@SETTINGS
@given(SOURCES, st.lists(st.integers(0, 200), max_size=12), st.integers(12, 60))
def test_any_split_of_what_comes_is_shown_as_the_whole(
    source: str, cuts: list[int], width: int
) -> None:
    cleaner = TextCleaner()
    places = [0, *sorted(min(cut, len(source)) for cut in cuts), len(source)]
    pieces = [cleaner.feed(source[start:end]) for start, end in pairwise(places)]
    whole = drawn(clean(source), width=width)
    assert drawn(*pieces, cleaner.finish(), width=width).rows == whole.rows

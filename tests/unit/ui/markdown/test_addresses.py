from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tui.ui.markdown.sections import may_have_address

LINKS = MarkdownIt("gfm-like").linkify
PIECES = (
    *("http", "https", "HTTP", "ftp", "mailto", ":", "//", "/", "@", ".", "..", "www", "com"),
    *("COM", "de", "xn--p1ai", "рф", "1", "10.0.0.1", "localhost", "LocalHost", "a", "é", "例"),
    *(" ", "\n", "<", ">", "|", "-", "_", ", ", ". "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_no_address_is_missed_by_the_quick_look(text: str) -> None:
    assert LINKS is not None
    looks = may_have_address(LINKS.pretest)
    assert not looks(text) or LINKS.pretest(text)
    assert looks(text) or LINKS.match(text) is None


def test_prose_is_not_looked_through_for_addresses() -> None:
    looked: list[str] = []

    def pretest(text: str) -> bool:
        looked.append(text)
        return True

    looks = may_have_address(pretest)
    assert not looks("A sentence. Another one, with `code(x)`; and a last… (all of them).")
    assert looks("see example.org")
    assert looked == ["see example.org"]

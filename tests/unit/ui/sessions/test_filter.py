from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.sessions.filter import SessionFilter

TITLES = ("Sourdough bread", "Bread and soup", "SOUP", "Straße", "Crème")
SESSIONS = tuple(Session(title, SafeText(title), SafeText("about it")) for title in TITLES)


def titles(looked_in: SessionFilter, text: str) -> list[str]:
    return [each.title for each in looked_in.matching(text)]


@each_row(
    ("text", "found"),
    [
        ("", list(TITLES)),
        ("  ", list(TITLES)),
        ("bread", ["Sourdough bread", "Bread and soup"]),
        ("oup BREA", ["Bread and soup"]),
        ("strasse", ["Straße"]),
        ("creme", ["Crème"]),
        ("cre\u0300me", ["Crème"]),
        ("about", list(TITLES)),
        ("none", []),
    ],
)
def test_all_words_must_be_somewhere(text: str, found: list[str]) -> None:
    assert titles(SessionFilter(SESSIONS), text) == found


def test_nothing_new_is_the_same_object() -> None:
    looked_in = SessionFilter(SESSIONS)
    assert looked_in.matching("") is SESSIONS
    found = looked_in.matching("soup")
    assert looked_in.matching("soup ") is found
    looked_in.use(SESSIONS)
    assert looked_in.matching("soup") is found
    looked_in.use(SESSIONS[:2])
    assert titles(looked_in, "soup") == ["Bread and soup"]


def test_a_session_that_got_a_title_is_found_by_it() -> None:
    looked_in = SessionFilter(SESSIONS)
    assert titles(looked_in, "night") == []
    looked_in.use((*SESSIONS[:-1], Session("", SafeText("Night train"))))
    assert titles(looked_in, "night") == ["Night train"]
    assert titles(looked_in, "soup") == ["Bread and soup", "SOUP"]


@given(st.lists(st.text("ab ", max_size=6), max_size=8), st.integers(0, 5))
def test_whatever_was_typed_before_does_not_matter(typed: list[str], prepared: int) -> None:
    sessions = [Session(t, SafeText(t)) for t in ("a", "b", "ab", "ba b", "aab", "")]
    looked_in = SessionFilter(sessions)
    looked_in.prepare(prepared)
    for text in typed:
        assert looked_in.matching(text) == SessionFilter(sessions).matching(text)

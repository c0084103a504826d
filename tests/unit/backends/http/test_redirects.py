from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.backends.http.redirects import goal_of
from tui.safe_text import clean_line

ORIGIN = "https://chat.example"
EXAMPLES = 60 * FUZZ


@each_row(
    ("location", "goal"),
    [
        ("https://new.example/api", "https://new.example/api"),
        ("https://me:pw123@new.example/in?token=1#x", "https://new.example/in"),
        ("HTTP://New.Example:8080", "http://new.example:8080"),
        ("//host", "https://host"),
        ("//host/path", "https://host/path"),
        ("https://[::1]:3/x", "https://[::1]:3/x"),
        ("https://\u0430pple.example/", "https://xn--pple-43d.example/"),
        ("https://•••.example/", "https://•••.example/"),
        ("/login?next=%2F", "https://chat.example/login"),
        ("login", "https://chat.example/login"),
        ("javascript:1", "an address that begins with javascript:"),
        ("mailto:me@x.example", "an address that begins with mailto:"),
        ("data:,", "an address that begins with data:"),
        ("", "an address that is none"),
        ("?", "an address that is none"),
        ("https:login", "an address that is none"),
        ("://x", "https://chat.example/://x"),
        ("https://[", "an address that is none"),
        ("https://x:99999/", "an address that is none"),
    ],
)
def test_a_redirect_is_told_by_where_it_leads(location: str, goal: str) -> None:
    assert goal_of(location, ORIGIN) == goal


@settings(max_examples=EXAMPLES)
@given(st.text(max_size=60), st.sampled_from(["", "https://", "//", "x:", "https://a:pw123@"]))
def test_every_redirect_is_told_on_one_readable_line(text: str, head: str) -> None:
    told = goal_of(f"{head}{text}", ORIGIN)
    assert told
    assert told == clean_line(told)
    assert len(told) <= 200
    assert not told.startswith(":")

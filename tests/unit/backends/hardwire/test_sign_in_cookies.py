from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.backends.hardwire.sign_in_cookies import MAX_COOKIE_BYTES, cookie_field


@each_row(
    ("set_cookies", "before", "field"),
    [
        (["a=1; Path=/; HttpOnly; Secure; SameSite=Lax"], "", "a=1"),
        (["a=b%2Bc%3D=; Path=/"], "", "a=b%2Bc%3D="),
        (["a=1", "b=2", "a=3"], "", "a=3; b=2"),
        (["a=2"], "a=1; b=1", "a=2; b=1"),
        (["a=; Path=/"], "a=1; b=1", "b=1"),
        (["a=x; Max-Age=0"], "a=1; b=1", "b=1"),
        (["a=x; max-age=-1"], "a=1", ""),
        (["a=x; Max-Age=604800"], "", "a=x"),
        (["a=x; Max-Age="], "", "a=x"),
        (["", ";", "=x", "a", "; Path=/"], "b=1", "b=1"),
        (["a=\x01", "b=é", "c=1\tx"], "d=1", "d=1"),
        (["a=x, b=y; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "", "a=x, b=y"),
    ],
)
def test_what_was_set_is_sent_back(set_cookies: list[str], before: str, field: str) -> None:
    assert cookie_field(set_cookies, before) == field


def test_a_flood_of_cookies_is_cut() -> None:
    field = ""
    for wave in range(50):
        flood = [f"n{wave}-{number}={'v' * 100}" for number in range(1_000)]
        field = cookie_field([f"session=s{wave}", *flood], field)
        assert len(field) <= MAX_COOKIE_BYTES
        assert field.startswith(f"session=s{wave}; ")
    assert cookie_field(["big=" + "x" * 100_000], "a=1") == "a=1"


@settings(max_examples=100 * FUZZ)
@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=40))
def test_a_field_can_always_be_sent(set_cookies: list[str], before: str) -> None:
    field = cookie_field(set_cookies, before)
    assert field.isascii()
    assert field == "" or field.isprintable()
    assert field == field.strip()

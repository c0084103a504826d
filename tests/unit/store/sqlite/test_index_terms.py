from __future__ import annotations

from operator import add

from hypothesis import given
from hypothesis import strategies as st

from tui.model import Message, Role, TextPart
from tui.safe_text import SafeText
from tui.store.sqlite.index_terms import short_tokens, text_of


@given(st.text(st.sampled_from("ab c\n가é")))
def test_the_short_index_is_told_all_pairs_of_a_text_and_no_others(text: str) -> None:
    message = Message("m", Role.USER, (TextPart(SafeText(text)),))
    told = text_of(1, 1, message)
    tokens = set(short_tokens([told]).split())
    pairs = set(map(add, told.text, told.text[1:]))
    assert {each for each in tokens if len(each) == 2} == {
        each for each in pairs if " " not in each
    }

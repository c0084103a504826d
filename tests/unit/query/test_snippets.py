from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON, assistant, user
from tui.query import Exchange, Matcher, parse
from tui.query.snippets import pattern_of_words, patterns_of, snippet_of

WORDS = st.sampled_from(["a", "ab", "abc", "café", "bé", "退款", "ไทย", "one two"])
TEXTS = st.text(alphabet="abcé 退款ไทยontw", max_size=60)


def matcher(line: str) -> Matcher:
    return Matcher(parse(line), NOON)


def test_a_snippet_is_where_most_of_the_words_stand_first() -> None:
    messages = (user("q", "One order"), assistant("a", "Hay."), assistant("b", "Order a refund."))
    exchange = Exchange(messages)
    for line, message_id in (
        ("order", "q"),
        ("order refund", "b"),
        ("order hay", "q"),
        ("role:assistant hay order", "a"),
        ("role:assistant", "q"),
    ):
        assert snippet_of(exchange, matcher(line)).message.id == message_id


@pytest.mark.slow
@given(st.lists(WORDS, min_size=1, max_size=4), TEXTS)
def test_one_pattern_finds_what_each_of_the_words_finds(words: list[str], text: str) -> None:
    query = matcher(" ".join(f'"{word}"' for word in words))
    pattern = pattern_of_words(query)
    assert pattern is not None
    found = pattern.spans(text)
    each = [span for one in patterns_of(query) for span in one.spans(text)]
    assert set(found) <= set(each)
    # of those that overlap one is told
    assert all(any(s < end and start < e for s, e in found) for start, end in each)

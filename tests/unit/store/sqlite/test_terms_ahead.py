from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.store.sqlite.terms_ahead import TermsAhead, part_terms

TEXTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["zebra", "退款", 'a "quoted" \\'])), max_size=4
).map(sorted)
MORE_THAN_THERE_IS = 1 << 50
"""Bytes of a stack that no machine has room for."""


class Noting(list[tuple[int, str]]):
    """Texts that note which threads go through them."""

    def __init__(self, texts: Sequence[tuple[int, str]]) -> None:
        super().__init__(texts)
        self.threads: set[str] = set()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        self.threads.add(threading.current_thread().name)
        return super().__iter__()


@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS)))
def test_whatever_was_begun_the_terms_are_those_of_the_texts_that_are_asked_for(
    acts: Sequence[tuple[list[tuple[int, str]], list[tuple[int, str]] | None]],
) -> None:
    ahead = TermsAhead()
    for asked, begun in acts:
        assert ahead.terms(asked) == part_terms(asked)
        if begun is not None:
            ahead.begin(begun)


def test_terms_that_were_begun_are_made_once_in_another_thread() -> None:
    ahead = TermsAhead()
    texts = Noting([(1, "zebra"), (2, "heron")])
    ahead.begin(texts)
    ahead.terms([(1, "zebra"), (2, "heron")])
    assert texts.threads == {"store-terms"}


def test_what_fails_in_the_other_thread_is_raised_where_the_terms_are_asked_for() -> None:
    ahead = TermsAhead()
    no_text: list[tuple[int, str]] = [(1, None)]  # type: ignore[list-item]
    ahead.begin(no_text)
    with pytest.raises(TypeError):
        ahead.terms(no_text)


def test_where_no_other_thread_can_be_started_the_terms_are_made_when_they_are_asked_for() -> None:
    ahead = TermsAhead()
    texts = Noting([(1, "zebra"), (2, "heron")])
    usual = threading.stack_size(MORE_THAN_THERE_IS)
    try:
        ahead.begin(texts)
    finally:
        threading.stack_size(usual)
    assert ahead.terms(texts) == part_terms([*texts])
    assert texts.threads == {threading.current_thread().name}

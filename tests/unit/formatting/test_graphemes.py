from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tui.formatting.graphemes import graphemes


@given(st.text(st.sampled_from("a\r\n\t\x1bé\u0301\u200d👩💻🇩🇪")))
def test_the_clusters_are_those_of_the_tables(text: str) -> None:
    assert list(graphemes(text)) == list(iter_graphemes(text))

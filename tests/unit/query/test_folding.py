from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.query.folding import with_single_blanks


@given(st.text(st.sampled_from("ab \n\u2003é")), st.integers(1, 5))
def test_blanks_become_single_whatever_stretches_a_text_is_read_in(text: str, chars: int) -> None:
    assert with_single_blanks(text, chars) == " ".join(text.split())

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import IS_LONG_RUN
from tui.server import DEMO_KEY

LIKE_IT = st.text(sorted({*DEMO_KEY}), min_size=len(DEMO_KEY), max_size=len(DEMO_KEY))


@pytest.mark.skipif(IS_LONG_RUN, reason="its examples are new ones each time")
def test_no_example_is_made_of_what_stands_in_our_modules() -> None:
    seen = set[str]()

    @settings(max_examples=100)
    @given(LIKE_IT)
    def see(text: str) -> None:
        seen.add(text)

    see()
    assert len(seen) > 50
    assert DEMO_KEY not in seen

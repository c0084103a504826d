from __future__ import annotations

import pytest

from tui.ui.chat.leaving import UnsentCounts


@pytest.mark.parametrize(
    ("unsent", "words"),
    [
        (UnsentCounts(0, 0, 1), "1 draft"),
        (UnsentCounts(2, 0, 1), "2 questions and 1 draft"),
        (UnsentCounts(1, 1, 2), "1 question, 1 queued question and 2 drafts"),
    ],
)
def test_what_is_not_sent_is_counted_by_its_kinds(unsent: UnsentCounts, words: str) -> None:
    assert unsent.words == words

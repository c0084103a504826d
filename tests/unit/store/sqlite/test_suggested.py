from __future__ import annotations

import pytest

from tests.fakes import user
from tests.unit.query.queries import NOW
from tests.unit.store.sqlite.shelf import Shelf
from tests.unit.store.sqlite.test_searching import shown
from tui.model import Message, Role, TextPart
from tui.query import Matcher, Query
from tui.query.found import Collector, Page
from tui.query.tree import Term, Words
from tui.safe_text import SafeText
from tui.store import StoredMessage
from tui.store.sqlite.searching import SearchLimits

ROLES = (Role.USER, Role.ASSISTANT)


def test_of_a_phrase_that_ends_in_one_of_many_rare_words_few_sessions_are_looked_at() -> None:
    shelf = Shelf()
    for session, digit in (("s", 2), ("t", 1), ("u", 3)):
        numbers = range(digit * 1_000, digit * 1_000 + 200)
        shelf.change(
            "put", session, [StoredMessage(at, user(f"{at}", f"a/{at}")) for at in numbers]
        )
    shelf.make_index()
    asked: list[str] = []
    shelf.db.set_trace_callback(asked.append)
    matcher = Matcher(Query((Term(Words("a/1")),)), NOW)
    found = shelf.searched(
        matcher, Collector(Page(100)), SearchLimits(few_documents=0, few_sessions=1)
    )
    filtered = [each for each in asked if "LIKE '%a/1%'" in each]
    [row] = shelf.db.execute("SELECT id FROM session WHERE key = 't'").fetchone()
    assert found.count > 100
    assert filtered
    assert all(f"json_each('[[{row}, " in each and each.count("], [") == 0 for each in filtered)
    shelf.db.close()


def test_where_few_sessions_may_have_a_word_nothing_else_of_it_is_asked_of_the_index() -> None:
    shelf = Shelf()
    for session, number in (("s", 12), ("t", 13), ("u", 14)):
        texts = [f"orders/{number} {'x' * at}" for at in range(4)]
        shelf.change(
            "put",
            session,
            [StoredMessage(at, user(f"{at}", text)) for at, text in enumerate(texts)],
        )
    shelf.make_index()
    asked: list[str] = []
    shelf.db.set_trace_callback(asked.append)
    matcher = Matcher(Query((Term(Words("orders/12")),)), NOW)
    limits = SearchLimits(many_rows=6, few_documents=0)
    assert shelf.searched(matcher, Collector(Page(100)), limits).count == 4
    shelf.db.set_trace_callback(None)
    # in all sessions, what is mostly the rarest first, and what turns out to be rare
    assert sum("fts_text MATCH" in each for each in asked) == 2
    shelf.db.close()


@pytest.mark.parametrize("step", [1, 2, -1])
def test_words_are_found_together_in_one_exchange_wherever_its_rows_and_slots_are(
    step: int,
) -> None:
    shelf = Shelf()
    for session, size in (("s", 50), ("t", 40), ("u", 70)):
        texts = [f"w{at}" for at in range(size)]
        rows = [
            # questions with no, one or two answers
            StoredMessage(
                step * at, Message(f"m{at}", ROLES[at % 7 % 3 > 0], (TextPart(SafeText(text)),))
            )
            for at, text in enumerate(texts)
        ]
        shelf.change("put", session, rows)
    shelf.make_index()
    counts = set()
    for at in range(70):
        for other in (at + 1, at + 2):
            matcher = Matcher(Query((Term(Words(f"w{at}")), Term(Words(f"w{other}")))), NOW)
            scanned = shelf.scanned(matcher, Collector(Page(100)))
            assert shown(shelf.searched(matcher, Collector(Page(100)))) == shown(scanned)
            counts.add(scanned.count)
    assert {0, 1, 2, 3} <= counts
    shelf.db.close()

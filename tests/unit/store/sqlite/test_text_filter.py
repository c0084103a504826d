from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import islice
from sqlite3 import Connection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tui.facts import MessageFacts
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    NotePart,
    Part,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.query.document import FIELD_BREAK, searched_text
from tui.query.folding import folded_text
from tui.safe_text import SafeText, clean
from tui.store import StoredMessage
from tui.store.base import AccountKey
from tui.store.sqlite.histories import messages_of, put_messages
from tui.store.sqlite.indexing import SLOTS
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.opening import open_in_memory
from tui.store.sqlite.rows import made_account_row, made_session_row
from tui.store.sqlite.text_filter import can_filter, slots_with

Emptied = Callable[[], AbstractContextManager[Connection]]
MOST_WORDS = 16

PIECES = (
    *("re", "Fund", "O", "a-1", " ", " ", "  ", "   ", "\n", "\t", "\n\n \n \n\n \n", "\\", '"'),
    *("\\n", "\\u0041", "%", "_", "!", "'", "é", "ﬁ", "\u00a0", "’", "退", '"is":', '"is":"text"'),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map(lambda each: clean("".join(each)))
PARTS: st.SearchStrategy[Part] = st.one_of(
    TEXTS.map(TextPart),
    TEXTS.map(NotePart),
    TEXTS.map(lambda text: ToolPart(0, SafeText("lookup"), {"a": text, "b": 1}, ToolState.DONE)),
    TEXTS.map(lambda text: CitationsPart((Citation(SafeText("1"), text),))),
)
FACTS = st.sampled_from([None, MessageFacts(total_tokens=3)])
# most are one text, without and with facts: of these SQLite tells most
MESSAGES = st.tuples(TEXTS.map(lambda text: (TextPart(text),)), FACTS) | st.tuples(
    st.lists(PARTS, min_size=1, max_size=2).map(tuple), FACTS
)


@pytest.fixture(scope="module")
def emptied() -> Iterator[Emptied]:
    """Return what lends a file that is as empty behind it: to make one takes longest."""
    with closing(open_in_memory()) as db:

        @contextmanager
        def lend() -> Iterator[Connection]:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

        yield lend


@settings(max_examples=100 * FUZZ)
@given(st.lists(MESSAGES, min_size=1, max_size=2), st.integers(2, 12))
def test_a_phrase_is_found_where_it_stands_whatever_form_it_is_stored_in(
    emptied: Emptied,
    messages: Sequence[tuple[tuple[Part, ...], MessageFacts | None]],
    size: int,
) -> None:
    text = searched_text(Message("m", Role.USER, messages[0][0]))
    pieces = (text[start:][:size].replace(FIELD_BREAK, " ") for start in range(len(text)))
    words = dict.fromkeys(filter(can_filter, map(folded_text, pieces)))
    with emptied() as db:
        account = made_account_row(db, AccountKey("api", "url"))
        session, other = (made_session_row(db, account, key) for key in "st")
        stored = [
            StoredMessage(at, Message(f"m{at}", Role.USER, parts, facts=facts))
            for at, (parts, facts) in enumerate(messages)
        ]
        for each in (session, other):
            put_messages(db, FullTextIndex(), each, stored)
        asked = {session: 2**SLOTS - 1, other: 2}
        texts = {
            each: [(row.row % SLOTS, searched_text(row.message)) for row in messages_of(db, each)]
            for each in asked
        }
        # those of one text take far less time than the texts of more
        for word in islice(words, MOST_WORDS):
            held: dict[int, int] = {}
            for each, slots in asked.items():
                for slot, searched in texts[each]:
                    if slots >> slot & 1 and word in searched:
                        held[each] = held.get(each, 0) | 1 << slot
            assert slots_with(db, word, asked) == held, word


@pytest.mark.parametrize("facts", [None, MessageFacts(total_tokens=3)])
@pytest.mark.parametrize("text", ["re\tfund", "re\nfund", "re \\n fund", "re %_! fund", "ré fund"])
def test_blanks_and_signs_are_what_they_are(text: str, facts: MessageFacts | None) -> None:
    with closing(open_in_memory()) as db:
        session = made_session_row(db, made_account_row(db, AccountKey("api", "url")), "s")
        message = Message("m", Role.USER, (TextPart(SafeText(text)),), facts=facts)
        put_messages(db, FullTextIndex(), session, [StoredMessage(0, message)])
        assert slots_with(db, folded_text(text), {session: 2}) == {session: 2}
        assert slots_with(db, f"{folded_text(text)} x", {session: 2}) == {}


@pytest.mark.parametrize(
    ("word", "is_filtered"),
    [
        ("re fund o", True),
        ("", False),
        ("a-47", True),
        ("refund", False),
        ("für uns", False),
        ("退款", False),
    ],
)
def test_phrases_of_ascii_are_looked_for(word: str, is_filtered: bool) -> None:
    assert can_filter(word) is is_filtered

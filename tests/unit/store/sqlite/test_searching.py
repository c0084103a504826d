from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import user
from tests.fuzz import FUZZ
from tests.unit.query.queries import NOW
from tests.unit.store.sqlite.shelf import Shelf
from tui.facts import Feedback, MessageFacts
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    Part,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.query import Matcher, Query
from tui.query.found import Collector, Found, Order, Page
from tui.query.tree import (
    Comparison,
    Condition,
    Counted,
    Has,
    Is,
    Quantity,
    Rated,
    Says,
    State,
    Term,
    TextKey,
    Words,
)
from tui.safe_text import SafeText, clean
from tui.store import StoredMessage
from tui.store.sqlite.searching import SearchLimits

WORDS = (
    *(
        "refund",
        "Café",
        "naïve",
        "Straße",
        "STRASSE",
        "Œuvre",
        "oe",
        "İstanbul",
        "ısı",
        "x",
        "of",
        "qz",
        "C#",
    ),
    *("Москва", "ёлка", "Ελλάδα", "σας", "退款", "退款政策", "政", "カタカナ", "ｶﾞ", "가격", "각"),
    *(
        "ภาษาไทย",
        "ไทย",
        "مُحَمَّد",
        "سلام",
        "हिन्दी",
        "कि",
        "👩‍👩‍👧",
        "🏳️‍🌈",
        "🇩🇪",
        "🇩🇪🇫🇷",
        "e\u0301",
        "ﬁsh",
    ),
    *("std::vector<int>", "foo_bar.baz()", "https://shop.example/a?b=c", "A-17", "“so”", '"', "\n"),
    *("\u3000", "—", "a-b", "ＡＢＣ", "50%", "\ue023", "NOT", "AND", "*", "'", "-", "^", "😀😀"),
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), min_size=1, max_size=6).flatmap(
    lambda words: st.sampled_from(["", " ", "  \n"]).map(lambda gap: clean(gap.join(words)))
)
FACTS = st.none() | st.builds(
    MessageFacts,
    labels=st.lists(TEXTS, max_size=2).map(tuple),
    frustration=st.just(SafeText("")) | TEXTS,
    feedback=st.none() | st.sampled_from(Feedback),
    total_tokens=st.none() | st.integers(0, 300),
    finish_reason=st.sampled_from([SafeText("stop"), SafeText("length")]),
    without_source=st.none() | st.booleans(),
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    TEXTS.map(TextPart),
    st.builds(
        lambda name, value: ToolPart(0, name, {"a": value}, ToolState.DONE, [value]), TEXTS, TEXTS
    ),
    st.builds(
        lambda title, url: CitationsPart((Citation(SafeText("1"), title, url),)), TEXTS, TEXTS
    ),
)
MESSAGES = st.builds(
    Message,
    st.sampled_from([f"m{number}" for number in range(8)]),
    st.sampled_from(Role),
    st.lists(PARTS, min_size=1, max_size=2).map(tuple),
    failure=st.none() | st.builds(Failure, TEXTS),
    facts=FACTS,
)
STORED = st.builds(StoredMessage, st.integers(0, 9), MESSAGES)
RATED = MessageFacts(feedback=Feedback.UP)
SESSIONS = st.sampled_from(["s", "t", "u"])
Change = tuple[str, str, Sequence[StoredMessage]]
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.just("put"), SESSIONS, st.lists(STORED, min_size=1, max_size=6)),
    st.tuples(st.just("put"), SESSIONS, st.lists(STORED, min_size=1, max_size=6)),
    st.tuples(st.just("drop"), SESSIONS, st.lists(STORED, max_size=3)),
    st.tuples(st.sampled_from(["index", "index", "discard"]), SESSIONS, st.just(())),
)
LIMITS = st.builds(
    SearchLimits,
    st.sampled_from([1, 2, 20_000]),
    st.sampled_from([0, 1, 500]),
    st.just(1_000),
    st.sampled_from([0, 1_000]),
    st.sampled_from([0, 0, 32]),
    st.sampled_from([0, 1, 2_000]),
    st.sampled_from([range(1, 2), range(16, 513)]),
)


def conditions(texts: Sequence[str], dice: random.Random) -> Iterator[Condition]:
    """Yield what may be asked of such texts: pieces of them, and facts."""
    for _ in range(4):
        text = dice.choice(texts)
        start = dice.randrange(len(text))
        piece = text[start : start + dice.choice([1, 1, 2, 2, 3, 4, 8, 30])]
        yield Words(dice.choice([piece, piece.upper(), piece.casefold()]))
    field = dice.choice(list(TextKey))
    yield Has(field, dice.choice(["", dice.choice(texts)[:2], dice.choice(texts)]))
    yield Is(dice.choice(list(State)))
    yield Says(dice.choice(list(Role)))
    yield Rated(dice.choice([None, *Feedback]))
    yield Counted(dice.choice(list(Quantity)), dice.choice(list(Comparison)), dice.randrange(9))


def shown(found: Found, *, tells_exchanges: bool = True) -> object:
    return found.count, [
        (
            each.document.session.id,
            each.hit.is_by_title,
            [[message.id for message in exchange.messages] for exchange in each.hit.exchanges]
            # where sessions are wanted nothing of exchanges needs to be read
            * tells_exchanges,
        )
        for each in found.sessions
    ]


@pytest.mark.slow
@given(st.lists(CHANGES, max_size=8), st.integers(0, 2**32), LIMITS)
def test_the_index_finds_what_a_scan_finds_and_nothing_else(
    changes: Sequence[Change], seed: int, limits: SearchLimits
) -> None:
    shelf, dice = Shelf(), random.Random(seed)
    for change in changes:
        shelf.change(*change)
    texts = [*WORDS, *(each.message.text for _, _, rows in changes for each in rows)]
    texts = list(filter(None, texts))
    for _ in range(8 * FUZZ):
        asked = dice.sample(list(conditions(texts, dice)), dice.choice([1, 1, 2, 3]))
        terms = tuple(Term(each, dice.random() < 0.2) for each in asked)
        matcher = Matcher(Query(terms), NOW)
        shape = dice.choice([1, 3, 100]), dice.choice([0, 0, 2]), dice.choice(list(Order))
        page = Page(*shape, is_by_session=dice.random() < 0.3)
        scanned = shelf.scanned(matcher, Collector(page))
        collector = Collector(page)
        found = shelf.searched(matcher, collector, limits)
        are_told = not page.is_by_session
        assert shown(found, tells_exchanges=are_told) == shown(scanned, tells_exchanges=are_told), (
            terms
        )
    shelf.make_index()
    for session in shelf.kept:
        rows = [*shelf.kept[session].values()]
        shelf.change("drop", session, rows)
    left = "SELECT (SELECT count(*) FROM fact), (SELECT count(*) FROM fact_value)"
    assert shelf.db.execute(left).fetchone() == (0, 0)
    shelf.db.close()


def test_messages_that_share_a_row_of_the_index_do_not_take_one_another_along() -> None:
    shelf = Shelf()
    texts = [f"x{number}y zebra" for number in range(200)]
    rows = [
        StoredMessage(at, Message(f"m{at}", Role.USER, (TextPart(SafeText(text)),)))
        for at, text in enumerate(texts)
    ]
    shelf.change("put", "s", rows[:120])
    shelf.make_index()
    shelf.change("put", "s", rows[120:])
    shelf.change("drop", "s", rows[:70])
    shelf.make_index()
    shelf.change("put", "s", [StoredMessage(150, rows[150].message)])
    shelf.make_index()
    for word in ("x69y", "x70y", "x134y", "x150y", "x199y", "9y", "ze", "y z"):
        matcher = Matcher(Query((Term(Words(word)),)), NOW)
        scanned = shelf.scanned(matcher, Collector(Page(100)))
        found = shelf.searched(matcher, Collector(Page(100)))
        assert shown(found) == shown(scanned)
    assert scanned.count == 130


def test_messages_are_counted_of_sessions_found_by_their_name_too() -> None:
    shelf = Shelf()
    rows = [
        StoredMessage(at, Message(f"m{at}", Role.USER, (TextPart(SafeText("zebra")),)))
        for at in range(3)
    ]
    for session in "su":
        shelf.change("put", session, rows)
    words = Term(Words("refund")), Term(Counted(Quantity.MESSAGES, Comparison.MORE, 2))
    for limits in (
        SearchLimits(few_documents=0),
        SearchLimits(few_documents=0, few_sessions=-1),
        SearchLimits(),
    ):
        matcher = Matcher(Query(words), NOW)
        scanned = shelf.scanned(matcher, Collector(Page(9)))
        collector = Collector(Page(9))
        found = shelf.searched(matcher, collector, limits)
        assert shown(found) == shown(scanned)
        assert [each.document.session.id for each in found.sessions] == ["s"]


def found_words(shelf: Shelf, word: str) -> int:
    matcher = Matcher(Query((Term(Words(word)),)), NOW)
    return shelf.searched(matcher, Collector(Page(100))).count


def test_an_index_that_another_runnel_made_is_made_anew_and_not_asked_until_then() -> None:
    shelf = Shelf()
    rows = [
        StoredMessage(at, Message(f"m{at}", Role.USER, (TextPart(SafeText("zebra")),)))
        for at in range(3)
    ]
    for session in ("s", *(f"x{number}" for number in range(30)), "t"):
        shelf.change("put", session, rows)
    shelf.db.execute("INSERT INTO fts_text (fts_text) VALUES ('delete-all')")
    shelf.db.execute("UPDATE index_state SET version = 'older'")
    count = 6
    assert found_words(shelf, "zebra") == count
    for step in range(10):
        # sessions of which some are in the new index, and some are not yet
        shelf.change("drop", "s" if step % 2 else "t", rows[step : step + 1])
        shelf.change("put", "u", rows[: step + 1])
        count = sum(len(shelf.kept[each]) for each in "stu")
        assert found_words(shelf, "zebra") == count
        is_over = not shelf.index.make_current(shelf.db)
        assert found_words(shelf, "zebra") == count
        if is_over:
            break
    assert is_over
    assert shelf.index.is_current(shelf.db)


def test_a_word_is_found_beside_a_fact_though_too_many_words_hold_it_to_be_looked_up() -> None:
    shelf = Shelf()
    rated = Message("m0", Role.USER, (TextPart(SafeText("x")),), facts=RATED)
    answer = Message("m1", Role.ASSISTANT, (TextPart(SafeText("fedora")),))
    shelf.change("put", "s", [StoredMessage(0, rated), StoredMessage(1, answer)])
    shelf.make_index()
    matcher = Matcher(Query((Term(Words("d")), Term(Rated(None)))), NOW)
    limits = SearchLimits(many_rows=1, few_sessions=0, few_documents=0, many_words=0)
    found = shelf.searched(matcher, Collector(Page(9)), limits)
    assert found.count == 1


def test_a_phrase_of_which_hundreds_of_words_may_be_the_ends_is_found_where_it_stands() -> None:
    shelf = Shelf()
    for session, gap in (("s", " "), ("t", "-"), ("u", " ")):
        text = " ".join(f"{each}the{gap}o{each}" for each in range(200))
        shelf.change("put", session, [StoredMessage(0, user("m", text))])
    shelf.make_index()
    matcher = Matcher(Query((Term(Words("the o")),)), NOW)
    limits = SearchLimits(many_rows=1, few_documents=0)
    assert shelf.searched(matcher, Collector(Page(9)), limits).count == 2

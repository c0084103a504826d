from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from sqlite3 import Connection

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.query.folding import folded_text
from tui.store.sqlite.index_terms import MANY_WORDS, STRETCH_CHARS, terms_of, word_lookups
from tui.store.sqlite.indexed_words import IndexedWords
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.opening import open_in_memory

LETTERS = "abé 가\n退款ไท-.😀\x01"


def noted_terms(db: Connection, texts: Sequence[str]) -> list[str]:
    terms, words = terms_of(texts)
    IndexedWords().note(db, words)
    return terms


def terms_in(text: str) -> tuple[set[str], set[str]]:
    [told], words = terms_of([text])
    return words, set(told.split()) - words


@given(st.text(st.sampled_from(LETTERS)), st.text(st.sampled_from(LETTERS), min_size=1))
def test_where_a_text_stands_it_is_found_by_what_is_told(around: str, part: str) -> None:
    asked = folded_text(part)
    text = around + part + around
    assume(asked in folded_text(text))
    with closing(open_in_memory()) as db:
        FullTextIndex().make_current(db)
        [told] = noted_terms(db, [text])
        db.execute("INSERT INTO fts_text (rowid, text) VALUES (1, ?)", (told,))
        for lookup in word_lookups(db, asked):
            rows = [
                db.execute("SELECT rowid FROM fts_text WHERE fts_text MATCH ?", (each,)).fetchall()
                for each in lookup.expressions
            ]
            assert [(1,)] in rows, lookup


@each_row(
    ("text", "words", "others"),
    [
        ("a refund, a-1", {"a", "refund", "1"}, {",", "-"}),
        ("🙂🙃", set(), {"3🙂", "🙃"}),
        ("申请退款 ok", {"ok"}, {"7申", "0请", "e退", "款"}),
        ("ไทย", set(), {"nไ", "2ท", "ย"}),
        ("https://shop.example", {"https", "shop", "example"}, {"f:", "f/", "/", "."}),
        ("x" * 64, {"x" * 64}, set()),
        ("x" * 65, set(), {"\ue0ff"}),
        ("", set(), set()),
    ],
)
def test_words_stand_whole_and_what_has_no_blanks_with_classes_of_neighbours(
    text: str, words: set[str], others: set[str]
) -> None:
    assert terms_in(text) == (words, others)


def test_words_with_a_part_are_looked_up_unless_they_are_many() -> None:
    db = open_in_memory()
    FullTextIndex().make_current(db)
    words = [f"a{number}" for number in range(MANY_WORDS + 1)]
    noted_terms(db, [*words, "refund", "refill"])
    [lookup] = word_lookups(db, "fun")
    assert lookup.expressions == ['"\ue0ff" OR "refund"']
    assert list(word_lookups(db, "a")) == []
    # what ends with one letter is read rather than asked for
    [starts] = word_lookups(db, "d ref")
    assert starts.expressions == ['"\ue0ff" OR "refill" OR "refund"']
    [ends, starts] = word_lookups(db, "fund ref")
    assert ends.expressions == lookup.expressions
    assert starts.expressions == ['"\ue0ff" OR "refill" OR "refund"']
    [part, rest] = word_lookups(db, "fund 退款 a-")
    assert part.expressions == lookup.expressions
    behind = " OR ".join(f'"{each}-"' for each in ("", *"0123456789abcdef"))
    assert rest.expressions == [f'"e退" AND "款" AND "a" AND ({behind})']
    db.close()


@each_row("gap", [" ", "  ", "\n", "\n \n"])
def test_of_a_long_text_all_terms_are_told(gap: str) -> None:
    db = open_in_memory()
    FullTextIndex().make_current(db)
    short = [
        f"word{number % 700} 退款{number % 7} {'x' * (number % 90)}" for number in range(2_000)
    ]
    long = gap.join(short)
    assert len(long) > 5 * STRETCH_CHARS
    of_long, *of_short = noted_terms(db, [long, *short])
    assert sorted(of_long.split()) == sorted(" ".join(of_short).split())
    db.close()

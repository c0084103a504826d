from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.test_faithful import SOURCES
from tui.formatting.search_pattern import STRETCH_CHARS, Folding, SearchPattern, folded, pattern_of
from tui.safe_text import clean
from tui.ui.markdown.passages import passages_in
from tui.ui.search.source_filter import may_show

SETTINGS = settings(max_examples=100 * FUZZ, suppress_health_check=list(HealthCheck))


def pattern(words: str) -> SearchPattern:
    made = pattern_of(words)
    assert made is not None
    return made


def found(words: str, text: str) -> list[str]:
    return [text[start:end] for start, end in pattern(words).spans(text)]


@each_row(
    ("words", "text", "matches"),
    [
        ("cafe", "Café cafe\u0301 CAFE", ["Café", "cafe\u0301", "CAFE"]),
        ("café", "Café cafe\u0301 CAFE", ["Café", "cafe\u0301"]),
        ("cafe\u0301", "café cafe", ["café"]),
        ("Café", "café Café", ["Café"]),
        ("ss", "ß ss", ["ß", "ss"]),
        ("s", "ß", ["ß"]),
        ("i", "İI", ["İ", "I"]),
        ("İ", "İi", ["İ"]),
        ("ı", "ıi", ["ı"]),
        ("i", "ıi", ["ı", "i"]),
        ("lodz", "Łódź LODZ", ["Łódź", "LODZ"]),
        ("łódź", "Łódź Lodz", ["Łódź"]),
        ("oeuvre", "Œuvre oeuvre", ["Œuvre", "oeuvre"]),
        ("œuvre", "Œuvre oeuvre", ["Œuvre"]),
        ("aero", "Ærø Ǽro", ["Ærø", "Ǽro"]),
        ("tromso", "Tromsø Tromsǿ", ["Tromsø", "Tromsǿ"]),
        ("đak", "Đak dak", ["Đak"]),
        ("ﬁł", "fił fil", ["fił"]),
        ("abc 1", "ＡＢＣ\u3000１", ["ＡＢＣ\u3000１"]),
        ("ＡＢＣ", "ABC abc", ["ABC"]),
        ("ガ", "ｶﾞ カ\u3099 カ", ["ｶﾞ", "カ\u3099"]),
        ("カ", "ガ", []),
        ("각", "\u1100\u1161\u11a8 가", ["\u1100\u1161\u11a8"]),
        ("कि", "कि क", ["कि"]),
        ('it\'s "so"', "it’s “so”", ["it’s “so”"]),
        ("a-b", "a–b a\u2011b", ["a–b", "a\u2011b"]),
        ("ab", "a\u200db a\ufe0fb a\u00adb", ["a\u200db", "a\ufe0fb", "a\u00adb"]),
        ("fish", "ﬁsh", ["ﬁsh"]),
        ("a b", "a \n\t b", ["a \n\t b"]),
        ("a.c", "abc a.c", ["a.c"]),
        ("aa", "aaaaa", ["aa", "aa"]),
        ("σας", "ΣΑΣ", ["ΣΑΣ"]),
        ("é", "e\u0301\u0302 e", []),
        ("কো", "ক\u09c7\u09be", ["ক\u09c7\u09be"]),
        ("ক\u09c7\u09be", "কো", ["কো"]),
        ("شمس", "شَمْس", ["شَمْس"]),
        ("ㅠㅠ", "ㅋㅠㅠ", ["ㅠㅠ"]),
        ("💻", "👩\u200d💻", ["👩\u200d💻"]),
        ("👩", "👩🏽", ["👩🏽"]),
        ("🇪🇺", "🇩🇪🇪🇺", ["🇪🇺"]),
    ],
)
def test_words_are_found_as_they_are_read(words: str, text: str, matches: list[str]) -> None:
    assert found(words, text) == matches


@pytest.mark.parametrize("words", ["", "\u200d", "\ufe0f"])
def test_nothing_that_is_seen_finds_nothing(words: str) -> None:
    assert pattern_of(words) is None


TEXTS = st.text(
    st.sampled_from(
        "aAbé\u0301\u0327ßİıﬁ’ \n\u3000\u200dカﾞｶ\u3099\u1100\u1161각Ａ1-কোে\u09beொଓ\u0b57\u0345ΐ🇪"
    ),
    max_size=60,
)
WORDS = st.text(
    st.sampled_from("aAbé\u0301ßiİf' カガ\u1100\u1161A1-কো\u0345ΐ🇪"), min_size=1, max_size=4
)


@SETTINGS
@given(st.text(), st.text(max_size=5))
def test_no_text_is_too_odd_to_be_looked_through(text: str, words: str) -> None:
    made = pattern_of(words)
    assume(made is not None)
    assert made is not None
    spans = made.spans(text + words + text)
    assert all(0 <= start < end <= len(text + words + text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@SETTINGS
@given(TEXTS, WORDS)
def test_composed_and_decomposed_are_alike_on_either_side(text: str, words: str) -> None:
    counts = set()
    for form in ("NFC", "NFD"):
        for other in ("NFC", "NFD"):
            made = pattern_of(unicodedata.normalize(other, words))
            assume(made is not None)
            assert made is not None
            counts.add(len(made.spans(unicodedata.normalize(form, text))))
    assert len(counts) == 1


@pytest.mark.slow
@settings(SETTINGS, max_examples=8 * FUZZ)
@given(TEXTS, WORDS, st.lists(st.integers(0, 400), max_size=6), st.integers(0, 200))
def test_chunks_are_searched_as_the_whole(
    text: str, words: str, cuts: list[int], short: int
) -> None:
    made = pattern_of(words)
    assume(made is not None)
    assert made is not None
    # so that the text lies over the border of two stretches
    whole = "x" * (STRETCH_CHARS - short) + text * 3 + "x" * 2 * STRETCH_CHARS + text
    places = [0, *sorted(STRETCH_CHARS - 200 + cut for cut in cuts), len(whole)]
    chunks = [whole[start:end] for start, end in pairwise(places)]
    matches = [(each.start, each.end) for each in made.search(chunks) if each is not None]
    folded = made.folding.fold(whole)
    last = 0
    expected = []
    for match in made.regex.finditer(folded.text):
        start, end = folded.start_of(match.start()), folded.end_of(match.end())
        if start >= last:
            expected.append((start, end))
            last = end
    assert matches == expected


@settings(SETTINGS, max_examples=10 * FUZZ)
@given(SOURCES, st.data())
def test_of_a_few_sources_none_is_passed_over_that_shows_the_words(
    source: str, data: st.DataObject
) -> None:
    expect_passes(source, data)


@pytest.mark.slow
@SETTINGS
@given(SOURCES, st.data())
def test_no_source_is_passed_over_that_shows_the_words(source: str, data: st.DataObject) -> None:
    expect_passes(source, data)


def expect_passes(source: str, data: st.DataObject) -> None:
    passages = [each for each in passages_in(clean(source)) if each and each.strip()]
    assume(passages)
    passage = data.draw(st.sampled_from(passages))
    start = data.draw(st.integers(0, len(passage) - 1))
    # a letter without its accent is another one, and an accent alone is none
    assume(not unicodedata.combining(passage[start + 6 : start + 7] or "a"))
    assume(not unicodedata.combining(passage[start]))
    made = pattern_of(passage[start : start + 6])
    assume(made is not None)
    assert made is not None
    assert made.spans(passage)
    assert passes(clean(source), made)


def passes(source: str, made: SearchPattern) -> bool:
    steps = may_show(source, made.letters)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bool(end.value)


@each_row(
    ("source", "words"),
    [
        ('[a](http://x "tt") b', "a (tt) b"),
        ("[[1]](http://x.com/a_(b_(c))) then", "[1] then"),
        ('see [one](https://u), [two](https://v "t") now', "one, two (t) now"),
        ("[ba**r**][foo] baz\n\n[foo]: http://x", "bar baz"),
        ("| a<br>b |\n|---|", "a b"),
        ("caf&eacute; au lait", "cafe au"),
        ("don't [x](u)", "don't x"),
    ],
)
def test_no_source_with_hidden_letters_is_passed_over(source: str, words: str) -> None:
    made = pattern(words)
    assert any(made.spans(passage) for passage in passages_in(source) if passage)
    assert passes(source, made)


def test_a_text_with_other_letters_is_passed_over() -> None:
    source = "Some **words** with a [link](https://x.y) and `code`.\n" * 20
    assert not passes(source, pattern("other words"))
    assert passes(source, pattern("words with"))
    assert passes(source, pattern("link and"))


@each_row(
    ("text", "around"),
    [
        ("a word there", "a word there"),
        ("it was said that a word there was kept", "…that a word there…"),
        ("overlong" * 3 + "word" + "overlong" * 3, "…overlongwordoverlong…"),
        ("日本語の文章の中のword日本語の文章の中の", "…本語の文章の中のword日本語の文章の中…"),
    ],
)
def test_what_is_left_out_around_the_words_is_marked_at_the_edge_of_a_word(
    text: str, around: str
) -> None:
    pattern = pattern_of("word")
    assert pattern is not None
    [match] = [each for each in pattern.search((text,)) if each is not None]
    assert match.around(8) == around


@given(
    st.lists(
        st.sampled_from(
            [
                "e\u0301",
                "ｶﾞ",
                "개",
                "ᆪ",
                "ﾱￂ",
                "ß",
                "İ",
                "—",
                "\u200b",
                "ŉ",
                "ʼ",
                "‴",
                "ł",
                "Ø",
                "ǿ",
                "ı",
            ]
        )
        | st.text()
    )
)
def test_a_text_is_folded_to_what_is_searched(pieces: list[str]) -> None:
    text = "".join(pieces)
    folding = Folding(ignores_case=True, ignores_accents=True)
    assert folded(text) == folding.fold(text).text

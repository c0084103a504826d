from __future__ import annotations

import asyncio
import re
from itertools import pairwise

import pytest

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.formatting.json_text import JsonText
from tui.formatting.search_pattern import STRETCH_CHARS, pattern_of
from tui.model import Citation, CitationsPart, Message, NotePart, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText
from tui.ui.markdown.passages import PassageCache
from tui.ui.search.matches import MAX_MATCHES, SLICE_S, Match, MessageSearch


async def matches(words: str, *messages: Message) -> list[Match]:
    pattern = pattern_of(words)
    assert pattern is not None
    return [match async for some in MessageSearch().find(messages, pattern) for match in some]


async def places(words: str, text: str) -> list[int]:
    return [match.start for match in await matches(words, assistant("a", text))]


@each_row(
    ("words", "text", "found"),
    [
        ("abc", "abc ABC aBc", [0, 4, 8]),
        ("ABC", "abc ABC aBc", [4]),
        ("a.c", "abc a.c", [4]),
        ("[x]", "x [x]", [2]),
        ("two words", "two words, two\nwords, two  words", [0, 11, 22]),
        ("straße", "STRASSE straße", [0, 8]),
        ("ünï", "ÜNÏ", [0]),
        ("b", "", []),
    ],
)
async def test_words_are_found_in_any_case_unless_they_hold_capitals(
    words: str, text: str, found: list[int]
) -> None:
    assert await places(words, text) == found


def test_no_words_find_nothing() -> None:
    assert pattern_of("") is None


async def test_hits_come_in_the_order_of_the_conversation() -> None:
    tool = ToolPart(0, SafeText("search"), {"query": "a [key]"}, ToolState.DONE, "no key")
    cited = Citation(SafeText("1"), SafeText("The keys"), SafeText("https://key.example"))
    messages = (
        user("q", "which key?"),
        assistant("a", tool, "This key.", CitationsPart((cited,)), NotePart(SafeText("key"))),
    )
    found = await matches("key", *messages)
    assert found == [
        Match("q", 0, 0, 6),
        Match("a", 0, 1, 17),
        Match("a", 0, 2, 3),
        Match("a", 1, 0, 5),
        Match("a", 2, 1, 4),
        Match("a", 2, 2, 8),
        Match("a", 3, 0, 0),
    ]


async def test_words_across_the_border_of_two_stretches_are_found_once() -> None:
    text = "x" * (STRETCH_CHARS - 2) + "needle" + "x" * STRETCH_CHARS + "needle"
    assert await places("needle", text) == [STRETCH_CHARS - 2, 2 * STRETCH_CHARS + 4]


async def test_words_in_json_are_found_where_its_text_shows_them() -> None:
    result: JsonValue = [{"number": number, "of": ["needle"]} for number in range(3_000)]
    tool = ToolPart(0, SafeText("t"), {"needle": None}, ToolState.DONE, result)
    text = shown_text(result)
    assert len(text) > 2 * STRETCH_CHARS
    found = await matches("needle", assistant("a", tool))
    starts = [each.start() for each in re.finditer("needle", text)]
    assert found[0].passage == 1
    assert [(match.passage, match.start) for match in found[1:]] == [(2, start) for start in starts]


def shown_text(value: JsonValue) -> str:
    return JsonText(value).take(10_000_000)


async def test_a_hit_on_every_letter_ends_at_a_bound() -> None:
    assert len(await places("a", "a" * (MAX_MATCHES + 5))) == MAX_MATCHES


async def test_other_things_have_their_turn_whenever_a_slice_is_over() -> None:
    pattern = pattern_of("no such words")
    assert pattern is not None
    now = 0.0
    turns: list[float] = []

    def clock() -> float:
        # each look at the clock is a step of the search
        nonlocal now
        now += SLICE_S / 4
        return now

    async def take_turns() -> None:
        while True:
            turns.append(now)
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    messages = [assistant(f"a{n}", "not the words you want " * 400) for n in range(100)]
    async for some in MessageSearch(clock).find(messages, pattern):
        assert some == []
    other.cancel()
    assert len(turns) > 10
    assert max(after - before for before, after in pairwise(turns)) <= 2 * SLICE_S


@pytest.mark.slow
async def test_no_step_of_a_search_takes_long_whatever_the_text() -> None:
    pattern = pattern_of("no such words é")
    assert pattern is not None
    texts = {
        "one line": "word " * 150_000,
        "Markdown": "Some **bold** and [so](https://x.org) on, &amp; more\n\n" * 1_000,
        "code": "```\n" + "x = 1\n" * 40_000,
        "accents": "\u00e9" * 500_000,
        "marks": "e\u0301 " * 200_000,
    }
    for text in texts.values():
        steps = 0

        def clock() -> float:
            nonlocal steps
            steps += 1
            return 0.0

        assert [some async for some in MessageSearch(clock).find([assistant("a", text)], pattern)]
        assert steps > len(text) / 100_000


def test_passages_are_read_once_as_long_as_there_is_room_for_them() -> None:
    cache = PassageCache(kept_chars=30)
    first, second, third = "a" * 10, "b" * 10, "c" * 11
    for source in (first, second, first, second):
        assert list(cache.passages_in(source)) == [source]
    assert cache.kept == [first, second]
    list(cache.passages_in(first))
    list(cache.passages_in(third))
    assert cache.kept == [first, third]
    list(cache.passages_in("d" * 31))
    assert cache.kept == []


async def test_another_search_for_the_same_words_finds_the_same() -> None:
    search = MessageSearch()
    pattern = pattern_of("key")
    assert pattern is not None
    messages = (assistant("a", "One **key**, another *key*."), assistant("b", "no\n\nkey"))
    first, second = [
        [match async for some in search.find(messages, pattern) for match in some] for _ in range(2)
    ]
    assert first == second
    assert [match.start for match in first] == [4, 17, 0]

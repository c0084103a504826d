from __future__ import annotations

import asyncio
import re

import pytest

from tests.fakes import assistant, user
from tui.model import Citation, CitationsPart, Message, NotePart, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText
from tui.ui.finding import MAX_HITS, STRETCH_CHARS, Hit, find, glimpse, needle_of, searched_text
from tui.ui.json_text import JsonText


async def hits(words: str, *messages: Message) -> list[Hit]:
    needle = needle_of(words)
    assert needle is not None
    return [hit async for some in find(messages, needle) for hit in some]


async def places(words: str, text: str) -> list[int]:
    return [hit.start for hit in await hits(words, assistant("a", text))]


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("abc", "abc ABC aBc", [0, 4, 8]),
        ("ABC", "abc ABC aBc", [4]),
        ("a.c", "abc a.c", [4]),
        ("[x]", "x [x]", [2]),
        ("two words", "two words, two\nwords, two\twords", [0, 11, 22]),
        ("straße", "STRASSE straße", [8]),
        ("ünï", "ÜNÏ", [0]),
        ("b", "", []),
    ],
)
async def test_words_are_found_in_any_case_unless_they_hold_capitals(
    words: str, text: str, found: list[int]
) -> None:
    assert await places(words, text) == found


def test_no_words_find_nothing() -> None:
    assert needle_of("") is None


async def test_hits_come_in_the_order_of_the_conversation() -> None:
    tool = ToolPart(0, SafeText("search"), {"query": "a [key]"}, ToolState.DONE, "no key")
    cited = Citation(SafeText("1"), SafeText("The keys"), SafeText("https://key.example"))
    messages = (
        user("q", "which key?"),
        assistant("a", tool, "This key.", CitationsPart((cited,)), NotePart(SafeText("key"))),
    )
    found = await hits("key", *messages)
    assert [(hit.message_id, hit.part) for hit in found] == [
        ("q", 0),
        ("a", 0),
        ("a", 0),
        ("a", 1),
        ("a", 2),
        ("a", 2),
        ("a", 3),
    ]
    parts = {"q": messages[0].parts, "a": messages[1].parts}
    for hit in found:
        text = searched_text(parts[hit.message_id][hit.part])
        assert text[hit.start : hit.start + 3].lower() == "key"


async def test_words_across_the_border_of_two_stretches_are_found_once() -> None:
    text = "x" * (STRETCH_CHARS - 2) + "needle" + "x" * STRETCH_CHARS + "needle"
    assert await places("needle", text) == [STRETCH_CHARS - 2, 2 * STRETCH_CHARS + 4]


async def test_words_in_json_are_found_where_its_text_shows_them() -> None:
    result: JsonValue = [{"number": number, "of": ["needle"]} for number in range(3_000)]
    tool = ToolPart(0, SafeText("t"), {"needle": None}, ToolState.DONE, result)
    text = "\n".join(("t", shown_text(tool.arguments), shown_text(result)))
    assert len(text) > 2 * STRETCH_CHARS
    assert searched_text(tool) == text
    found = await hits("needle", assistant("a", tool))
    assert [hit.start for hit in found] == [each.start() for each in re.finditer("needle", text)]


def shown_text(value: JsonValue) -> str:
    return JsonText(value).take(10_000_000)


def test_a_glimpse_is_what_is_around_the_first_match() -> None:
    needle = needle_of("needle")
    assert needle is not None
    message = assistant("a", "hay", "some hay, a needle, a needle", "needle")
    *searched, found = glimpse(message, needle, 4)
    assert searched == [None]
    assert found == ", a needle, a "
    assert set(glimpse(assistant("a", "hay"), needle, 4)) == {None}


async def test_a_hit_on_every_letter_ends_at_a_bound() -> None:
    assert len(await places("a", "a" * (MAX_HITS + 5))) == MAX_HITS


async def test_other_things_have_their_turn_while_much_is_searched() -> None:
    needle = needle_of("no such words")
    assert needle is not None
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    messages = [assistant(f"a{n}", "not the words you want " * 400) for n in range(400)]
    async for some in find(messages, needle):
        assert some == []
    other.cancel()
    assert turns > 1

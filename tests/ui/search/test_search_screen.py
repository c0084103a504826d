from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

import pytest
from textual.events import Key
from textual.widgets import Input, OptionList

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.search.finding import listed, reversed_words, searching
from tests.waiting import Condition, unmet
from tui.formatting.search_pattern import SearchPattern
from tui.model import Citation, CitationsPart, Message, Session, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore
from tui.ui.dialogs.pick import ChoiceOption
from tui.ui.search.hits import SearchResult
from tui.ui.search.screen import CALM_S, MAX_MATCHES, SearchScreen

MAX_BUSY_STEPS = 10_000


def library() -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            "a": [user("a0", "About bread"), assistant("a1", "Bread needs a [warm] place.")],
            "b": [user("b0", "About stone"), assistant("b1", "Stone needs nothing.")],
        },
        listed=[
            Session("a", SafeText("Bread"), updated_at=NOON),
            Session("b", SafeText("Stone"), updated_at=NOON),
        ],
    )


@pytest.mark.parametrize("key", ["f3", "alt+f"])
async def test_f3_finds_in_what_was_read_and_opens_it_there(key: str) -> None:
    async with stage(library()) as it:
        for session_id in ("a", "b"):
            await it.open(session_id)
            await it.settled()
        await it.press(key)
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        await it.press(*"[warm")
        assert "needs a [warm] place" in it.drawn
        await it.press("enter")
        await it.settled()
        assert it.texts[0] == "About bread"
        assert it.transcript.selection.message is not None
        assert it.transcript.selection.message.id == "a1"


async def test_f3_shows_what_is_read_around_the_words() -> None:
    backend = library()
    source = "a *lo**n**g* [link](https://x.y)\nto **Zürich** | Straße"
    backend.histories["a"].append(assistant("m", source))
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        for words in ("link to", "zurich", "zu\u0308rich", "STRASSE".lower(), "long link"):
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: "a long link to Zürich | Straße" in it.drawn)


async def test_f3_says_what_it_searches_when_nothing_is_found() -> None:
    async with stage(library()) as it:
        await it.press("f3")
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        await it.press("x", "y")
        assert "Searches all titles" in it.drawn


async def test_everything_is_searched_by_the_rules_of_the_find_bar() -> None:
    tool = ToolPart(0, SafeText("weather"), {"place": "Needle Bay"}, ToolState.DONE, ["7 degrees"])
    source = Citation(SafeText("1"), SafeText("Deep water"), excerpt=SafeText("of the [sea]"))
    answer = assistant("t1", tool, "A cold\nmorning.", CitationsPart((source,)))
    backend = library()
    backend.histories["a"].append(answer)
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        for words, found in (
            ("needle bay", [SearchResult("a", "t1")]),
            ("Needle bay", []),
            ('"7 degrees"', [SearchResult("a", "t1")]),
            ("cold morning", [SearchResult("a", "t1")]),
            ("the [sea]", [SearchResult("a", "t1")]),
            ("bread", [SearchResult("a", "a0"), SearchResult("a", "a1")]),
            (" ", []),
        ):
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: listed(it) == found)  # noqa: B023 - called at once


async def test_the_words_are_marked_in_titles_and_in_what_is_around_them() -> None:
    backend = library()
    backend.histories["a"].append(assistant("t1", "A **co**ld\nmo\u0308rning."))
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        found = (
            ("cold morning", ["cold mo\u0308rning"]),
            ("bread", ["Bread", "bread", "Bread"]),
        )
        for words, marks in found:
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: reversed_words(it)[: len(marks)] == marks)  # noqa: B023


def highlighted(it: Stage) -> SearchResult | None:
    option = it.app.screen.query_one(OptionList).highlighted_option
    return option.choice.value if isinstance(option, ChoiceOption) else None


class CountingStore(MemoryStore):
    """Holds one conversation under many names, and counts how often it is searched."""

    SESSIONS = 1_000

    def __init__(self, history: Sequence[Message] = ()) -> None:
        super().__init__()
        self.reads = 0
        self.gates: dict[str, asyncio.Event] = {}
        """What a search waits for when it comes to a session, by its id."""
        self.is_waiting = False
        self.history = history

    def account(self, key: AccountKey) -> MemoryAccount:
        return CountingAccount(self)


class CountingAccount(MemoryAccount):
    def __init__(self, store: CountingStore) -> None:
        super().__init__()
        self._store = store

    async def search(
        self, pattern: SearchPattern, session_ids: Sequence[str]
    ) -> Mapping[str, Sequence[Message]]:
        if (gate := self._store.gates.get(session_ids[0])) is not None:
            self._store.is_waiting = True
            await gate.wait()
        self._store.reads += len(session_ids)
        return dict.fromkeys(session_ids, self._store.history)


def many_sessions() -> ScriptedBackend:
    names = [f"s{n}" for n in range(CountingStore.SESSIONS)]
    return ScriptedBackend(listed=[Session(name, SafeText(f"Title {name}")) for name in names])


def much_to_search() -> CountingStore:
    """Return a store whose search takes far longer than a test: the app is never idle in it."""
    return CountingStore([assistant("m", "hay " * 50_000 + "needle")])


async def until_busy(it: Stage, condition: Condition) -> None:
    """Wait as `until` does for what an app does that is never idle: idleness takes a second."""
    for _ in range(MAX_BUSY_STEPS):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError(unmet(condition, it.drawn))


def typed(it: Stage, key: str) -> None:
    """Press a key without waiting for what it does."""
    it.app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_letter_is_taken_while_the_words_before_it_are_searched() -> None:
    store = much_to_search()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        store.reads = 0
        field = it.app.screen.query_one(Input)
        for letter in "xyz":
            typed(it, letter)
            await until_busy(it, lambda: field.value.endswith(letter))  # noqa: B023
        assert store.reads < store.SESSIONS
        await until_busy(it, lambda: store.reads > 0)
        typed(it, "escape")
        await until_busy(it, lambda: it.app.screen is it.chat)


async def test_escape_ends_a_search() -> None:
    store = much_to_search()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        store.reads = 0
        typed(it, "x")
        await until_busy(it, lambda: "0 places · searching …" in it.drawn)
        typed(it, "escape")
        await until_busy(it, lambda: it.app.screen is it.chat)
        await it.until(lambda: not [each for each in it.app.workers if each.group == "search"])
        assert store.reads < store.SESSIONS


async def test_what_is_found_comes_before_the_search_is_over_and_enter_opens_it() -> None:
    backend, store = many_sessions(), much_to_search()
    backend.histories["s1"] = [user("m", "hay")]
    async with stage(backend, store=store) as it:
        await searching(it)
        store.reads = 0
        for key in ("s", "1", "enter"):
            typed(it, key)
        await until_busy(it, lambda: it.app.screen is it.chat)
        assert store.reads < store.SESSIONS
        await it.until(lambda: it.transcript.conversation is not None)
        await it.settled()
        assert it.transcript.conversation is not None
        assert it.transcript.conversation.session_id == "s1"


async def test_what_words_before_found_never_comes_back() -> None:
    store = CountingStore()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        gate = store.gates["s50"] = asyncio.Event()
        await it.press("s")
        await it.until(lambda: bool(listed(it)))
        await it.press("9", "9")
        assert SearchResult("s1") in listed(it)
        gate.set()
        await it.until(lambda: SearchResult("s990") in listed(it))
        assert all(each.session_id.startswith("s99") for each in listed(it))


async def test_the_highlighted_row_stays_while_more_is_found() -> None:
    store = CountingStore()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        store.gates["s50"] = asyncio.Event()
        typed(it, "t")
        await it.until(lambda: len(listed(it)) > 1)
        options = it.app.screen.query_one(OptionList)
        typed(it, "down")
        await it.until(lambda: options.highlighted == 1)
        chosen = options.highlighted_option
        count = len(listed(it))
        store.gates["s50"].set()
        await it.until(lambda: len(listed(it)) > count)
        assert options.highlighted_option is chosen
        first = options.options[0]
        typed(it, "i")
        await it.until(lambda: bool(listed(it)) and options.options[0] is not first)
        assert isinstance(chosen, ChoiceOption)
        await it.until(lambda: highlighted(it) == chosen.choice.value)


async def test_a_highlighted_row_that_is_found_late_is_highlighted_again() -> None:
    store = CountingStore()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        await it.press(*"title")
        await it.until(lambda: len(listed(it)) == MAX_MATCHES)
        last = SearchResult(f"s{MAX_MATCHES - 1}")
        it.app.screen.query_one(OptionList).highlighted = MAX_MATCHES - 1
        # the list is shown again before that row is found
        store.gates = {"s50": asyncio.Event(), "s100": asyncio.Event()}
        it.app.screen.query_one(Input).value = "title s"
        await it.until(lambda: store.is_waiting)
        waits_since = time.monotonic()
        await it.until(lambda: time.monotonic() - waits_since > CALM_S)
        store.gates["s50"].set()
        await it.until(lambda: 0 < len(listed(it)) < MAX_MATCHES)
        store.gates["s100"].set()
        await it.until(lambda: last in listed(it))
        assert highlighted(it) == last


async def test_a_search_ends_at_a_bound_and_says_so() -> None:
    store = CountingStore()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        await it.press(*"title")
        await it.until(lambda: f"{MAX_MATCHES} places and more" in it.drawn)
        assert len(listed(it)) == MAX_MATCHES
        assert store.reads < store.SESSIONS * len("title")


async def test_two_sessions_with_one_id_are_one_hit() -> None:
    backend = library()
    backend.listed *= 2
    async with stage(backend) as it:
        await searching(it)
        await it.press(*"bread")
        await it.until(lambda: listed(it) == [SearchResult("a")])


async def test_f3_opens_the_session_at_the_hit_with_the_words_marked_and_n_goes_on() -> None:
    backend = library()
    lines = "".join(f"line {n}\n\n" for n in range(100))
    long_answer = lines.replace("line 20\n", "one needle\n").replace("line 80\n", "a needle\n")
    backend.histories["a"] += [user("a2", "A long one?"), assistant("a3", long_answer)]
    async with stage(backend) as it:
        for session_id in ("a", "b"):
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press(*"needle")
        await it.until(lambda: listed(it) == [SearchResult("a", "a3")])
        await it.press("enter")
        await it.until(lambda: "one needle" in it.drawn and reversed_words(it) == ["needle"])
        assert it.transcript.has_focus
        assert "Find: needle" in it.drawn
        await it.press("n")
        await it.until(lambda: "a needle" in it.drawn and reversed_words(it) == ["needle"])
        await it.press("escape")
        await it.until(lambda: reversed_words(it) == [])


async def test_enter_before_anything_is_found_opens_the_first_that_is() -> None:
    store = CountingStore()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        gate = store.gates["s0"] = asyncio.Event()
        await it.press(*"title s9", "enter")
        assert not listed(it)
        gate.set()
        await it.until(lambda: it.app.screen is it.chat)
        assert it.transcript.conversation is not None
        assert it.transcript.conversation.session_id == "s9"

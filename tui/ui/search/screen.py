"""Search of everything that is kept here, by words and filters, in a picker."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from types import MappingProxyType

from textual import on, work
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import OptionList

from tui.conversation import Connection
from tui.conversation.message_finder import MessageFinder
from tui.formatting.counts import counted
from tui.query import Matcher, Query, QueryError, parse
from tui.query.found import Found, Order, Page
from tui.ui.cells import whole_items
from tui.ui.dialogs.choice_list import ChoiceList
from tui.ui.dialogs.dialog import WholeScreenDialog
from tui.ui.dialogs.pick import ChoiceOption, PickScreen, options_of
from tui.ui.key_bindings import name_keys
from tui.ui.search.hits import BESIDE_CELLS, Hit, SearchResult, hits_of
from tui.ui.search.trail import HitTrail
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.query_field import QueryField
from tui.values import following, replace

HITS_AT_ONCE = 200
"""So many more are looked for whenever somebody comes near the last that is listed."""
_NEAR_ROWS = 20
_NO_ROWS: Mapping[str, int] = MappingProxyType({})
CALM_S = 0.1
"""A search that takes less is not told of."""
_MIN_AROUND_CHARS = 10
_SLICE_S = 0.01
_ROWS_AT_ONCE = 50
"""As many as the highest terminal shows, most often."""
_TITLE = "Find in everything"
_ANYTHING = (
    "Searches titles and messages of all sessions that are kept here. Filters: role:user, label:x,"
    " feedback:down, frustrated:, nosource:, tool:x, source:x, after:7d, … and -word for without."
)
_NOTHING = "Nothing kept here matches. Try fewer or shorter words."
_READS_ALL = "“Keep a local copy of all sessions” in the palette copies what is not here yet."
_ORDERS = {Order.RECENT: "newest first", Order.RELEVANT: "most hits first"}
_SEARCHING = {True: "searching …", False: "searching … longer, until the index is whole again"}
"""By whether the index is whole."""
_HINT = (
    "{pick.up}/{pick.down} move · Enter open · {search.order} order · {search.near} near it"
    " · {dialog.close} cancel"
)


class SearchScreen(WholeScreenDialog[SearchResult], PickScreen[SearchResult]):
    """Returns where the words stand that were picked, `None` for nothing.

    What was found before stays until the store has answered: no letter waits for it, but what acts
    on a row does. `known` returns the values that a query may name, by its key.
    """

    DEFAULT_CSS = """
    SearchScreen > .box { width: 96%; max-width: 100%; height: 90%; }
    SearchScreen OptionList { height: 1fr; max-height: 100%; }
    SearchScreen .none { height: 1fr; }
    SearchScreen .candidates { color: $foreground-muted; display: none; }
    SearchScreen.-low Input { border: none; height: 1; padding: 0 1; }
    """
    BINDINGS = [
        Binding("ctrl+o", "next_order", "Newest or most hits first", show=False, id="search.order"),
        Binding("alt+l", "pick_near", "Sessions near this one", show=False, id="search.near"),
        Binding("tab", "complete", "Complete a filter", show=False, id="search.complete"),
    ]

    def __init__(
        self,
        connection: Connection,
        finder: MessageFinder,
        known: Callable[[], Mapping[str, Iterable[str]]],
        order: Order = Order.RECENT,
    ) -> None:
        super().__init__(_TITLE, [])
        self._connection = connection
        self._finder = finder
        self._field = QueryField(placeholder="words and filters")
        self._field.known = known
        self.order = order
        self.wants_near = False
        """Not what was picked is to be opened, but what is near it is to be told."""
        self._found: tuple[Found, Matcher] | None = None
        """What is listed, with what it answers."""
        self._query = Query()
        self._limit = HITS_AT_ONCE
        self._forgotten: Mapping[str, datetime] = connection.local.forgotten
        self._is_index_whole = True
        """As was last found out."""
        self._has_more = False
        """There may be more than what is listed, and it is not being looked for."""

    def on_mount(self) -> None:
        # the wheel moves no cursor
        self.watch(self.query_one(OptionList), "scroll_y", self.find_more, init=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_TITLE, classes="title")
            yield self._field
            yield Plain("", classes="candidates")
            yield ChoiceList()
            yield Plain("", classes="none")
            yield self.hint(_HINT)

    @property
    def trail(self) -> HitTrail | None:
        """All that is listed, to be gone through."""
        if self._found is None:
            return None
        hit_ids: dict[str, list[str]] = {}
        for result in (each.value for each in self._listed_hits):
            hit_ids.setdefault(result.session_id, []).append(result.message_id)
        line = " ".join(self._field.value.split())
        return HitTrail.of(self._found[0], hit_ids, self._found[1], line)

    @property
    def _listed_hits(self) -> Sequence[Hit]:
        rows = [
            each for each in self.query_one(OptionList).options if isinstance(each, ChoiceOption)
        ]
        return [each.choice for each in rows if isinstance(each.choice, Hit)]

    def action_next_order(self) -> None:
        self.order = following(self.order, [*_ORDERS])
        self._show(self._field.value)

    def action_pick_near(self) -> None:
        """Ask for what is near the highlighted row, in place of opening it."""
        self._ahead.act(self._pick_near)

    def _pick_near(self) -> None:
        if (option := self.query_one(OptionList).highlighted_option) is not None:
            self.wants_near = True
            self._dismiss_with(option)

    def action_complete(self) -> None:
        self._field.complete()

    def dismiss(self, result: SearchResult | None = None) -> AwaitComplete:
        self.workers.cancel_group(self, "search")
        return super().dismiss(result)

    # Searching

    def take_in(self) -> None:
        """Search again if something was forgotten since: to open that would be to keep it again."""
        if self._connection.local.forgotten != self._forgotten:
            self._show(self._field.value)

    def _show(self, words: str) -> None:
        self._forgotten = self._connection.local.forgotten
        self.workers.cancel_group(self, "search")
        self._ahead.drop()
        self._has_more = False
        self._limit = HITS_AT_ONCE
        try:
            self._query = query = parse(words)
        except QueryError as error:
            self._field.wrong = error
            self._list([], f"{error.sentence} {error.hint}".rstrip())
        else:
            self._field.wrong = None
            if query.terms:
                self._ahead.wait()
                self.set_timer(CALM_S, self._tell)
                self._search(query)
                self._look_at_index()
            else:
                self._list([], self._with_advice(_ANYTHING))
        self._show_candidates()

    @work(group="index", exclusive=True)
    async def _look_at_index(self) -> None:
        """Find out whether the index is whole: else a search goes through all that it lacks."""
        self._is_index_whole = await self._connection.store.index_is_whole()

    @work(group="search", exclusive=True)
    async def _search(self, query: Query) -> None:
        matcher = self._finder.matcher(query)
        found = await self._finder.find(query, Page(self._limit, order=self.order))
        # when the app ends, the list goes before what fills it
        with suppress(NoMatches):
            await self._fill(found, matcher)

    async def _fill(self, found: Found, matcher: Matcher) -> None:
        """List what was found, first what is seen, and open what was picked before."""
        options = self.query_one(OptionList)
        # a row that nobody went to gives way to the first one
        chosen = self._highlighted if options.highlighted else None
        waiting: list[Hit] = []
        is_listed, awaits_chosen = False, chosen is not None
        async with aclosing(self._hits_of(found, matcher)) as hits:
            async for hit in hits:
                waiting.append(hit)
                awaits_chosen &= hit.value != chosen
                if len(waiting) < _ROWS_AT_ONCE or awaits_chosen:
                    continue
                if is_listed:
                    options.add_options(options_of(waiting, self.app.size.width))
                else:
                    self._list(waiting, "", (found, matcher), chosen)
                waiting, is_listed = [], True
        if is_listed:
            options.add_options(options_of(waiting, self.app.size.width))
        else:
            self._list(waiting, self._with_advice(_NOTHING), (found, matcher), chosen)
        self._has_more = _has_more(found)
        self._ahead.come()
        self._tell()

    @on(OptionList.OptionHighlighted)
    def find_more(self) -> None:
        """Look for more when the last of what is listed comes near, by a key or by the wheel."""
        options = self.query_one(OptionList)
        if self._found is None or not self._has_more:
            return
        rows_left = options.option_count - (options.highlighted or 0)
        lines_left = options.max_scroll_y - options.scroll_offset.y
        if rows_left <= _NEAR_ROWS or lines_left <= _NEAR_ROWS:
            self._has_more = False
            self._limit += HITS_AT_ONCE
            self._extend(self._found[1])

    @work(group="search", exclusive=True)
    async def _extend(self, matcher: Matcher) -> None:
        """List what is found behind what is listed."""
        found = await self._finder.find(self._query, Page(self._limit, order=self.order))
        with suppress(NoMatches):
            options, width = self.query_one(OptionList), self.app.size.width
            hits = self._listed_hits
            listed = Counter(each.value.session_id for each in hits)
            added = [hit async for hit in self._hits_of(found, matcher, listed)]
            options.add_options(options_of(added, width))
            if added and not added[0].is_first:
                # the session at the end has more hits than were known of it
                session_id = added[0].value.session_id
                at = next(n for n, e in enumerate(hits) if e.value.session_id == session_id)
                option = options.get_option_at_index(at)
                if isinstance(option, ChoiceOption):
                    option.choice = replace(hits[at], count=added[0].count)
                    options.replace_option_prompt_at_index(at, option.choice.prompt(width))
            self._found, self._has_more = (found, matcher), bool(added) and _has_more(found)
            self._tell()

    async def _hits_of(
        self, found: Found, matcher: Matcher, listed: Mapping[str, int] = _NO_ROWS
    ) -> AsyncGenerator[Hit, None]:
        """Yield the rows that are not listed, and let other things have their turn in between."""
        # so many that the words stand in the middle of one row
        room = self._field.content_size.width - BESIDE_CELLS - sum(map(len, matcher.words))
        around_chars = max(_MIN_AROUND_CHARS, room // 2)
        known: set[SearchResult] = set()
        began = time.monotonic()
        for session in found.sessions:
            first = listed.get(session.document.session.id, 0)
            for hit in hits_of(session, matcher, self._connection.now(), around_chars, first):
                if hit.value not in known:
                    known.add(hit.value)
                    yield hit
                if time.monotonic() - began > _SLICE_S:
                    await asyncio.sleep(0)
                    began = time.monotonic()

    def _with_advice(self, sentence: str) -> str:
        connection = self._connection
        may_read_all = connection.store.is_lasting and not connection.sync_choice.is_on
        return f"{sentence}\n{_READS_ALL}" if may_read_all else sentence

    # Showing

    def _list(
        self,
        hits: list[Hit],
        empty: str,
        found: tuple[Found, Matcher] | None = None,
        chosen: SearchResult | None = None,
    ) -> None:
        """List hits in place of those before, the chosen one highlighted if it is one of them."""
        self._found, self._empty = found, empty
        with self.app.batch_update():
            self._put(hits, chosen)
        self._tell()

    def _tell(self) -> None:
        """Say behind the title how much was found, or that the search goes on."""
        told = _SEARCHING[self._is_index_whole] if self._ahead.is_waiting else ""
        if not told and self._found is not None and (found := self._found[0]).sessions:
            sessions = counted(len(found.sessions), "session")
            hits = counted(found.count, "hit") + " or more" * (not found.is_all)
            shown = f" · {_listed_count(found):,} shown" if _has_more(found) else ""
            told = f"{hits}{shown} · {sessions} · {_ORDERS[self.order]}"
        title = Content.assemble(_TITLE, (f"  {told}" if told else "", "$foreground-muted"))
        self.query_one(".title", Plain).update(title, layout=False)

    def _show_candidates(self) -> None:
        candidates = self._field.completions.candidates
        line = self.query_one(".candidates", Plain)
        line.display = bool(candidates)
        key = name_keys("{search.complete}", self)
        line.update(f"{key} {whole_items(candidates, self._field.size.width - len(key) - 1)}")


def _listed_count(found: Found) -> int:
    return sum(max(1, len(each.hit.exchanges)) for each in found.sessions)


def _has_more(found: Found) -> bool:
    return not found.is_all or found.count > _listed_count(found)

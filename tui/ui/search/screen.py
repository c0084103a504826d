"""Search of all titles, and of all messages that are kept here, in a picker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress

from textual import work
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Input, OptionList

from tui.conversation import Connection
from tui.conversation.documents import find
from tui.formatting.counts import counted
from tui.formatting.search_pattern import SearchPattern, folded, pattern_of
from tui.formatting.speakers import SPEAKERS
from tui.model import Message, Session
from tui.query import Matcher, QueryError, query_in
from tui.query.found import Page
from tui.safe_text import clean_line
from tui.ui.dialogs.dialog import WholeScreenDialog
from tui.ui.dialogs.pick import Choice, ChoiceOption, PickScreen
from tui.ui.search.hits import Hit, SearchResult
from tui.ui.search.matches import MessageSearch, in_slices
from tui.ui.search.query_hits import hits_of
from tui.ui.widgets.plain_text import Plain

MAX_MATCHES = 200
_MIN_AROUND_CHARS = 10
_BESIDE_CELLS = 8
"""Of a row: what stands before the words, and marks where they are cut."""
_TITLE = "Find in everything"
_ANYTHING = (
    "Searches all titles and the sessions read lately. A filter (role:user, label:x, feedback:down,"
    " frustrated:, nosource:, tool:x, source:x, after:7d, …) or -word searches all that is kept"
    " here."
)
_NOTHING = "Searches all titles and the {} read lately. Try fewer or shorter words."
_READS_ALL = "“Keep a local copy of all sessions” in the palette reads the others."
CALM_S = 0.1
"""Between two changes of the list while it grows; a search that takes less is not told of."""
_PAGE_SESSIONS = 50
"""So many are asked for at once: more are not held in memory."""


ResultSteps = Iterator[Hit | None]
"""Each match, and `None` after each little that was searched."""


class SearchScreen(WholeScreenDialog[SearchResult], PickScreen[SearchResult]):
    """Returns where the words stand that were picked, `None` for nothing.

    Everything is searched a little at a time, newest session first: no key waits for it.
    """

    DEFAULT_CSS = """
    SearchScreen > .box { height: 90%; }
    SearchScreen OptionList { height: 1fr; max-height: 100%; }
    SearchScreen .none { height: 1fr; }
    SearchScreen.-low Input { border: none; height: 1; padding: 0 1; }
    """

    def __init__(self, connection: Connection, message_search: MessageSearch) -> None:
        """`message_search` keeps what it reads of the messages for the next search."""
        super().__init__(_TITLE, [])
        self._connection = connection
        self._words = ""
        self._messages = message_search
        self._read = 0
        """Sessions with a copy here that were searched."""
        self._is_behind = False
        """The list shows what was found for words typed before."""
        self._is_searching = False
        self._picks = False
        """The first that is found shall be opened."""
        self._late_row: SearchResult | None = None
        """Was highlighted for the words before, and may be found yet."""
        self._row_instead: SearchResult | None = None
        """Is highlighted until then, if the person does not move on."""

    @property
    def words(self) -> str:
        """What is looked for."""
        return self._words

    def _pick(self) -> None:
        if self._is_behind or (self._is_searching and self._highlighted is None):
            self._picks = True
        else:
            super()._pick()

    def _show(self, words: str) -> None:
        self._words = words
        try:
            query = query_in(words)
        except QueryError as error:
            self._say_broken(error)
            return
        if query is not None:
            self._words = folded(next(iter(query.words), ""))
            self._is_behind, self._is_searching, self._picks = True, True, False
            self._ask(Matcher(query, self._connection.now()))
            return
        # blanks alone would find every message
        pattern = pattern_of(words) if words.strip() else None
        self._is_behind, self._is_searching, self._picks = True, True, False
        self._search(pattern)

    def dismiss(self, result: SearchResult | None = None) -> AwaitComplete:
        self.workers.cancel_group(self, "search")
        return super().dismiss(result)

    @work(group="search", exclusive=True)
    async def _search(self, pattern: SearchPattern | None) -> None:
        try:
            await self._list_all(pattern)
        except NoMatches:
            # when the app ends, the list goes before what fills it
            if self.app.is_running:
                raise

    @work(group="search", exclusive=True)
    async def _ask(self, matcher: Matcher) -> None:
        """List what a query finds in what is kept here."""
        found = await find(self._connection, matcher, Page(MAX_MATCHES))
        hits = hits_of(found, matcher)
        self._is_searching = False
        with suppress(NoMatches):
            self._tell(counted(found.count, "place") + " and more" * (not found.is_all))
            self._empty = "Nothing that is kept here matches."
            self._list(hits)

    def _say_broken(self, error: QueryError) -> None:
        """Tell what is wrong with a query, which may not be typed to its end."""
        self.workers.cancel_group(self, "search")
        self._is_behind, self._is_searching, self._picks = True, False, False
        self._tell("")
        self._empty = f"{error.sentence} {error.hint}".rstrip()
        self._list(())

    async def _list_all(self, pattern: SearchPattern | None) -> None:
        self._read = count = 0
        self._empty = ""
        waiting: list[Choice[SearchResult]] = []
        changed = time.monotonic()
        async with aclosing(self._results(pattern)) as results:
            async for batch in results:
                waiting += batch
                count += len(batch)
                is_late = time.monotonic() - changed > CALM_S
                if is_late or (self._is_behind and self._keeps_row(waiting)):
                    self._list(waiting)
                    waiting = []
                    changed = time.monotonic()
                if is_late:
                    self._tell(f"{_counted(count)} · searching …")
        self._is_searching = False
        self._tell("" if pattern is None else _counted(count))
        empty = _ANYTHING if pattern is None else _NOTHING.format(counted(self._read, "session"))
        connection = self._connection
        may_read_all = connection.store.is_lasting and not connection.sync_choice.is_on
        self._empty = f"{empty}\n{_READS_ALL}" if may_read_all else empty
        self._list(waiting)

    async def _results(
        self, pattern: SearchPattern | None
    ) -> AsyncGenerator[Sequence[Choice[SearchResult]], None]:
        """Yield each match once, `MAX_MATCHES` at most, some at a time and often none."""
        sessions = self._connection.listed_sessions() if pattern is not None else ()
        seen: set[SearchResult] = set()
        for start in range(0, len(sessions), _PAGE_SESSIONS):
            assert pattern is not None
            page = sessions[start : start + _PAGE_SESSIONS]
            stored = dict(await self._connection.search(pattern, [each.id for each in page]))
            # what is on its way is not stored yet
            for conversation in self._connection.busy:
                if any(each.id == conversation.id for each in page):
                    stored[conversation.id] = list(conversation.timeline)
            self._read += len(stored)
            steps = self._steps(page, stored, pattern, seen)
            async with aclosing(in_slices(steps, MAX_MATCHES - len(seen))) as slices:
                async for batch in slices:
                    yield batch
            if len(seen) == MAX_MATCHES:
                return
            await asyncio.sleep(0)

    def _steps(
        self,
        sessions: Sequence[Session],
        stored: Mapping[str, Sequence[Message]],
        pattern: SearchPattern,
        seen: set[SearchResult],
    ) -> ResultSteps:
        """Yield each match that was not seen, and `None` after each little that was searched."""
        for session in sessions:
            for choice in self._in_session(session, stored.get(session.id, ()), pattern):
                if choice is None or choice.value not in seen:
                    if choice is not None:
                        seen.add(choice.value)
                    yield choice

    def _in_session(
        self, session: Session, messages: Sequence[Message], pattern: SearchPattern
    ) -> ResultSteps:
        is_first = True
        # so much that the words stand in the middle of one row
        room = self.query_one(Input).content_size.width - _BESIDE_CELLS - len(self._words)
        around_chars = max(_MIN_AROUND_CHARS, room // 2)
        for message in messages:
            for excerpt in self._messages.snippet(message, pattern, around_chars):
                if excerpt is None:
                    yield None
                else:
                    result = SearchResult(session.id, message.id)
                    yield Hit(
                        result,
                        self._name_of(session),
                        clean_line(excerpt),
                        pattern=pattern,
                        sign=SPEAKERS[message.role].sign,
                        is_first=is_first,
                    )
                    is_first = False
        title = self._name_of(session)
        if is_first and (pattern.spans(title) or pattern.spans(session.preview)):
            yield Hit(SearchResult(session.id), title, session.preview, pattern=pattern)
        yield None

    def _name_of(self, session: Session) -> str:
        return self._connection.local.marks.title_of(session)

    def _keeps_row(self, choices: Sequence[Choice[SearchResult]]) -> bool:
        """Say whether the highlighted row stays when these take the place of the list."""
        highlighted = self._highlighted
        if highlighted is None:
            return bool(choices)
        return any(each.value == highlighted for each in choices)

    def _list(self, choices: Sequence[Choice[SearchResult]]) -> None:
        """Add what was found to the list; what was found for other words goes first."""
        options = self.query_one(OptionList)
        with self.app.batch_update():
            if self._is_behind or not options.option_count:
                self._is_behind = False
                self._late_row = self._highlighted
                self._put(choices, self._late_row)
                self._row_instead = self._highlighted
            else:
                count = options.option_count
                options.add_options(map(ChoiceOption, choices))
                if self._highlighted == self._row_instead != self._late_row:
                    found_at = [at for at, it in enumerate(choices) if it.value == self._late_row]
                    options.highlighted = next((count + at for at in found_at), options.highlighted)
        if self._picks and options.option_count:
            self._picks = False
            super()._pick()

    def _tell(self, words: str) -> None:
        title = Content.assemble(_TITLE, (f"  {words}" if words else "", "$foreground-muted"))
        self.query_one(".title", Plain).update(title, layout=False)


def _counted(count: int) -> str:
    # of a message only the first match is listed
    return counted(count, "place") + " and more" * (count >= MAX_MATCHES)

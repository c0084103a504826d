"""Sessions near another one, in a picker, in groups that say why each is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual import work
from textual.css.query import NoMatches
from textual.widgets import Input

from tui.conversation import Connection
from tui.conversation.neighbours import Neighbours
from tui.formatting.times import relative_time
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.search.hits import TIME_CELLS


class NearScreen(PickScreen[str]):
    """Returns the session that was picked; `find` tells what is near, which takes a moment."""

    def __init__(self, connection: Connection, find: Callable[[], Awaitable[Neighbours]]) -> None:
        super().__init__("Sessions near this one", [], empty="Looking for them …")
        self._connection = connection
        self._find = find
        self._forgotten = connection.local.forgotten
        self._ahead.wait()

    def on_mount(self) -> None:
        self._look()

    def take_in(self) -> None:
        """Look again if something was forgotten since: to open that would be to keep it again."""
        if self._connection.local.forgotten != self._forgotten:
            self._forgotten = self._connection.local.forgotten
            self._current = self._highlighted
            self._ahead.wait()
            self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        self._choices = near_choices(self._connection, await self._find())
        self._empty = "No other session is kept here." if not self._choices else "Nothing matches."
        # when the app ends, the list goes before what fills it
        with suppress(NoMatches):
            self._fit()
            self._show(self.query_one(Input).value)
            self._ahead.come()


def near_choices(connection: Connection, near: Neighbours) -> list[Choice[str]]:
    """Return a row for each session, by id, and one that cannot be picked above each group."""
    choices: list[Choice[str]] = []
    for heading, sessions in (
        ("Similar: nearly the same was asked", near.similar),
        ("With the same person", near.of_person),
        ("Around it in time", near.around),
    ):
        if sessions:
            # no session has such an id
            choices.append(Choice(f"\0{heading}", heading, disabled=True))
        for each in sessions:
            time = relative_time(each.changed_at, connection.now())
            title = connection.local.marks.title_of(each)
            choices.append(Choice(each.id, f"{time:>{TIME_CELLS}}  {title}"))
    return choices

"""Dialog with the numbers of what is kept here: totals, exchanges by day, a bar for each group."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Sparkline

from tui.conversation.counting import Looked
from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.query import Matcher
from tui.query.numbers import NO_GROUP, Counter, Grouping, Numbers
from tui.safe_text import clean_line
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.share_bar import ShareBar
from tui.values import following

SHOWN_GROUPS = 40
"""So many bars at most, the longest."""
SHOWN_DAYS = 60
_TOLD_EVERY = 100
"""After so many sessions it is told how many were looked at."""
_FIRST_DRAWN = 100
"""After so many what is counted is drawn, then after twice as many: it is made of many widgets."""
_ORDER = (Grouping.LABEL, Grouping.DAY, Grouping.HOUR, Grouping.BOT)
_NAME_CHARS = 40
_NO_GROUP = "none"


class NumbersScreen(Dialog[None]):
    """Counts what `documents` yields while it is open; `words` name the filter, empty for none."""

    DEFAULT_CSS = """
    NumbersScreen > .box { height: 90%; }
    NumbersScreen .state { color: $foreground-muted; }
    NumbersScreen .totals { margin: 1 0; }
    NumbersScreen Sparkline { height: 3; margin: 0 0 1 0; }
    NumbersScreen .groups { height: 1fr; scrollbar-size-vertical: 1; }
    NumbersScreen .group { height: 1; }
    NumbersScreen .name { width: 24; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    NumbersScreen .count { width: 10; height: 1; text-align: right; padding: 0 1 0 0; }
    NumbersScreen ShareBar { width: 1fr; }
    """
    BINDINGS = [
        Binding("tab", "turn(1)", "Next grouping", show=False, id="numbers.next"),
        Binding("shift+tab", "turn(-1)", "Previous grouping", show=False, id="numbers.previous"),
    ]

    def __init__(
        self,
        documents: Callable[[], AsyncIterator[Looked]],
        matcher: Matcher | None,
        words: str,
    ) -> None:
        super().__init__()
        self._documents = documents
        self._words = words
        self._counters = {each: Counter(matcher, each) for each in _ORDER}
        self._grouping = _ORDER[0]

    def compose(self) -> ComposeResult:
        of = f" with “{clean_line(self._words, _NAME_CHARS)}”" if self._words else ""
        with Vertical(classes="box"):
            yield Plain(f"Numbers of what is kept here{of}", classes="title")
            yield Plain("", classes="state")
            yield Plain("", classes="totals")
            yield Plain("", classes="days")
            yield Sparkline([])
            yield Plain("", classes="heading")
            with VerticalScroll(classes="groups"):
                pass
            yield self.hint(
                "{numbers.next} another grouping · Up/Down scroll · {dialog.close} close"
            )

    def on_mount(self) -> None:
        self.query_one(".groups").focus()
        self.run_worker(self._count(), group="numbers", exclusive=True)

    async def action_turn(self, by: int) -> None:
        self._grouping = following(self._grouping, _ORDER, by)
        await self._draw_groups()

    async def _count(self) -> None:
        state = self.query_one(".state", Plain)
        looked, kept, next_drawn = 0, 0, _FIRST_DRAWN
        async for each in self._documents():
            if each.document is not None:
                kept += 1
                for counter in self._counters.values():
                    counter.add(each.document)
            looked = each.done
            if looked % _TOLD_EVERY == 0:
                state.update(f"{looked:,} of {counted(each.of, 'session')} looked at …")
            if looked == next_drawn:
                next_drawn *= 2
                await self._draw()
        state.update(
            f"Kept here: {kept:,} of {counted(looked, 'listed session')}."
            if kept < looked
            else f"All of {counted(looked, 'session')}."
        )
        await self._draw()

    async def _draw(self) -> None:
        by_day = self._counters[Grouping.DAY].groups
        days = _last_days(by_day)
        self.query_one(".totals", Plain).update("\n".join(_lines_of(self._total)))
        self.query_one(Sparkline).data = list(days.values())
        span = f", {min(days)} to {max(days)}" if days else ""
        self.query_one(".days", Plain).update(f"Exchanges by day{span}")
        await self._draw_groups()

    async def _draw_groups(self) -> None:
        groups = self._counters[self._grouping].groups
        self.query_one(".heading", Plain).update(f"Exchanges by {self._grouping.value}")
        rows = [(name or _NO_GROUP, each.exchanges) for name, each in groups.items()]
        if self._grouping in (Grouping.LABEL, Grouping.BOT):
            rows.sort(key=lambda each: -each[1])
        elif self._grouping is Grouping.DAY:
            rows.reverse()
        most = max((count for _, count in rows), default=1)
        place = self.query_one(".groups", VerticalScroll)
        with self.app.batch_update():
            await place.remove_children()
            await place.mount_all(
                Horizontal(
                    Plain(clean_line(name, _NAME_CHARS), classes="name"),
                    Plain(f"{count:,}", classes="count"),
                    ShareBar(count / most),
                    classes="group",
                )
                for name, count in rows[:SHOWN_GROUPS]
            )

    @property
    def _total(self) -> Numbers:
        return self._counters[self._grouping].total


def _lines_of(numbers: Numbers) -> Iterator[str]:
    share, seconds = numbers.without_source_share, numbers.median_answer_s
    yield f"{counted(numbers.sessions, 'session')} · {counted(numbers.exchanges, 'exchange')}"
    yield " · ".join(
        filter(
            None,
            (
                f"no source {share:.0%}" if share is not None else "",
                f"frustrated {numbers.frustrated:,}",
                f"👎 {numbers.thumbs_down:,} 👍 {numbers.thumbs_up:,}",
                f"cut {numbers.cut:,}",
                f"errors {numbers.errors:,}",
                f"{counted(numbers.tokens, 'token')}" if numbers.tokens else "",
                f"answered in {duration(seconds)}" if seconds is not None else "",
            ),
        )
    )


def _last_days(by_day: Mapping[str, Numbers]) -> dict[str, float]:
    """Return how many exchanges each of the last days had that has any, and those between."""
    exchanges = {
        date.fromisoformat(day): each.exchanges for day, each in by_day.items() if day != NO_GROUP
    }
    if not exchanges:
        return {}
    last = max(exchanges)
    first = max(min(exchanges), last - timedelta(days=SHOWN_DAYS - 1))
    days = (first + timedelta(days=each) for each in range((last - first).days + 1))
    return {day.isoformat(): float(exchanges.get(day, 0)) for day in days}

"""Checks screen: suites, their runs and the cases of these, asked from here and live."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import OptionList

from tui.safe_text import clean_line
from tui.ui.desk.entry_list import EntryList
from tui.ui.dialogs.dialog import WholeScreenDialog
from tui.ui.terminal.backpressure import is_behind
from tui.ui.transcript.pacer import FramePacer
from tui.ui.widgets.plain_text import Plain

if TYPE_CHECKING:
    # with the first look, not with the chat
    from tui.checks.desk import CaseEntry, OpenSuite, SuiteEntry
    from tui.checks.live_run import LiveRun

MANY_TIMES = 5
"""So often a case is asked to see whether it always holds."""


class OpenCase(Struct, frozen=True):
    """Show the session in which a case was asked."""

    entry: CaseEntry


class TeachCase(Struct, frozen=True):
    """Teach the bot what it should have answered in a case."""

    entry: CaseEntry


class CheckActs(Struct, frozen=True):
    """What is done from the screen while it stays; `live` is the last run that was begun here."""

    read: Callable[[], Awaitable[Sequence[SuiteEntry]]]
    open: Callable[[SuiteEntry], Awaitable[OpenSuite]]
    run: Callable[[SuiteEntry, str, int], None]
    """A suite, the name of one of its cases or empty for all, and how often."""
    stop: Callable[[], None]
    edit: Callable[[SuiteEntry, str], None]
    """A suite, and the case to go to."""
    live: Callable[[], LiveRun | None]
    told: Callable[[], str]
    """How far a run is, or what became of it."""


class ChecksScreen(WholeScreenDialog[OpenCase | TeachCase]):
    """Returns what is to be done behind it, `None` for nothing; a run goes on when it is closed.

    `place` says where its suites are from, `empty` what to do where there is none; `first` is the
    file of the one to begin with.
    """

    DEFAULT_CSS = """
    ChecksScreen {
        & > .box { width: 96%; max-width: 160; height: 96%; max-height: 100%; }
        & .about, & .run { color: $foreground-muted; }
        & .run { text-style: bold; margin: 0 0 1 0; }
        & .lists { height: 1fr; margin: 1 0 0 0; }
        & EntryList { max-height: 100%; height: 1fr; }
        & .suites { width: 2fr; margin: 0 2 0 0; }
        & .suite { width: 3fr; }
        & .cases { height: 2fr; }
        & .detail { height: 1fr; margin: 1 0 0 0; scrollbar-size-vertical: 1; }
        &.-narrow .suites, &.-slim .suites { width: 100%; margin: 0; }
        &.-narrow .suite, &.-slim .suite { display: none; width: 100%; }
        &.-narrow.-in-cases .suites, &.-slim.-in-cases .suites { display: none; }
        &.-narrow.-in-cases .suite, &.-slim.-in-cases .suite { display: block; }
        &.-low .about, &.-tiny .about, &.-tiny .detail { display: none; }
    }
    """
    BINDINGS = [
        Binding("r", "run(1)", "Ask it", id="checks.run"),
        Binding("R", "run_suite", "Ask the whole suite", show=False, id="checks.run-suite"),
        Binding("m", f"run({MANY_TIMES})", f"Ask it {MANY_TIMES} times", id="checks.repeat"),
        Binding("s", "stop", "Stop the run", id="checks.stop"),
        Binding("e", "edit", "Edit the suite", id="checks.edit"),
        Binding("t", "teach", "Teach the right answer", id="checks.teach"),
        Binding("left_square_bracket", "older(1)", "Older run", show=False, id="checks.older"),
        Binding("right_square_bracket", "older(-1)", "Newer run", show=False, id="checks.newer"),
        Binding("tab,right,left", "other_list", "Other list", show=False, id="checks.other"),
    ]

    def __init__(
        self, acts: CheckActs, now: Callable[[], datetime], place: str, empty: str, first: str
    ) -> None:
        super().__init__()
        self._acts = acts
        self._now = now
        self._place = place
        self._empty = empty
        self._open: OpenSuite | None = None
        self._run_at: int | None = None
        """Number of the run that is shown, from the newest; `None` for where each case stands."""
        self._suites = EntryList[str, "SuiteEntry"](classes="suites")
        self._suites.first = first
        self._cases = EntryList[tuple[str, str], "CaseEntry"](classes="cases")
        self.pacer = FramePacer(
            self._draw,
            lambda frame: self.run_worker(frame, group="frames", exit_on_error=True),
            is_behind=lambda: is_behind(self.app),
        )
        self._read_behind: LiveRun | None = None
        """The run that was over when suites and runs were read last."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Checks", classes="title")
            yield Plain(self._place, classes="about")
            yield Plain("Looking for suites …", classes="none")
            with Horizontal(classes="lists"):
                yield self._suites
                with Vertical(classes="suite"):
                    yield Plain("", classes="run")
                    yield self._cases
                    with VerticalScroll(classes="detail", can_focus=False):
                        yield Plain("", classes="lines")
            yield Plain("", classes="progress")
            yield self.hint(
                "{checks.run} ask · {checks.run-suite} whole suite · {checks.repeat} 5 times ·"
                " {checks.stop} stop · Enter open · {checks.edit} edit · {checks.teach} teach ·"
                " {checks.older}/{checks.newer} older, newer run · {checks.other} other list ·"
                " {dialog.close} close"
            )

    def on_mount(self) -> None:
        self._suites.focus()
        self.reread()

    def reread(self) -> None:
        """Read suites and runs again, for something became of them."""
        self.run_worker(self._read(), group="read", exclusive=True)

    async def _read(self) -> None:
        live = self._acts.live()
        self._read_behind = live if live is not None and live.is_over else None
        entries = await self._acts.read()
        # they have been imported with the first suites
        from tui.checks.desk_words import suite_words

        self._suites.put(
            {each.file or each.name: each for each in entries},
            lambda each: suite_words(each, self._now()),
        )
        none = self.query_one(".none", Plain)
        none.update("" if entries else self._empty)
        none.display = not entries
        await self._open_highlighted()

    async def _open_highlighted(self) -> None:
        entry = self._suites.current
        # several are passed over while a key is held
        await asyncio.sleep(0)
        self._open = None if entry is None else await self._acts.open(entry)
        await self._draw()

    async def _draw(self) -> None:
        from tui.checks.desk_words import case_words, run_words

        live, suite = self._acts.live(), self._shown
        # one may be over before it was ever drawn
        if live is not None and live.is_over and live is not self._read_behind:
            self.reread()
            return
        self.query_one(".progress", Plain).update(self._acts.told())
        if suite is None:
            # the last one may be gone
            self._cases.put({}, lambda _: ("", ""))
            self.query_one(".run", Plain).update("")
            self._draw_detail()
            return
        asked = {*live.under_way} if live is not None else set()
        entries = suite.entries(self._run_at)
        names_bot = len({each.bot_id for each in entries if each.summary is not None}) > 1
        name = suite.entry.name
        self._cases.put(
            {(each.name, each.bot_id): each for each in entries},
            lambda each: case_words(
                each,
                is_asked=any(key[:2] == (name, each.name) for key in asked),
                names_bot=names_bot,
            ),
        )
        self.query_one(".run", Plain).update(run_words(suite, self._run_at, self._now()))
        self._draw_detail()

    @property
    def _shown(self) -> OpenSuite | None:
        """The open suite, with the run that is going on as its newest."""
        from tui.checks.desk import OpenSuite

        live = self._acts.live()
        if self._open is None or live is None or live.is_over:
            return self._open
        run = live.runs.get(self._open.entry.name)
        if run is None or run.file != self._open.entry.file:
            return self._open
        return OpenSuite(self._open.entry, (run, *self._open.runs))

    def _draw_detail(self) -> None:
        from tui.checks.desk_words import case_lines

        lines: list[str] = []
        if (entry := self._suites.current) is not None and entry.trouble:
            lines.append(f"{clean_line(entry.file)}: {entry.trouble}".removeprefix(": "))
        if (case := self._cases.current) is not None:
            lines += case_lines(case, self._now())
        self.query_one(".lines", Plain).update("\n".join(lines))

    # Moving about

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_list is self._cases:
            self._draw_detail()
        elif self._open is None or self._suites.current is not self._open.entry:
            self._run_at = None
            self.run_worker(self._open_highlighted(), group="read", exclusive=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_list is self._suites:
            self.action_other_list()
        elif (entry := self._cases.current) is not None:
            if entry.session_id:
                self.dismiss(OpenCase(entry))
            else:
                self._tell(
                    "Its session is not there: only those of cases that do not hold are kept."
                )

    @property
    def _is_in_cases(self) -> bool:
        return self.focused is self._cases

    def action_other_list(self) -> None:
        into_cases = not self._is_in_cases
        self.set_class(into_cases, "-in-cases")
        self.call_after_refresh((self._cases if into_cases else self._suites).focus)

    def action_close(self) -> None:
        if self._is_in_cases and not self._suites.display:
            self.action_other_list()
        else:
            super().action_close()

    def action_older(self, by: int) -> None:
        """Show an older run (1), or a newer one (-1); before the newest, where each case stands."""
        if (suite := self._shown) is not None and suite.runs:
            at = (-1 if self._run_at is None else self._run_at) + by
            self._run_at = None if at < 0 else min(at, len(suite.runs) - 1)
            self.pacer.request()

    # Acting

    def action_run(self, times: int) -> None:
        case = self._cases.current
        self._run(case.name if case is not None and self._is_in_cases else "", times)

    def action_run_suite(self) -> None:
        self._run("", 1)

    def _run(self, case: str, times: int) -> None:
        if (entry := self._suites.current) is None:
            return
        if entry.suite is None:
            self._tell(entry.trouble)
            return
        self._run_at = None
        self._acts.run(entry, case, times)

    def action_stop(self) -> None:
        self._acts.stop()

    def action_edit(self) -> None:
        if (entry := self._suites.current) is not None:
            case = self._cases.current
            self._acts.edit(entry, case.name if case is not None else "")

    def action_teach(self) -> None:
        case = self._cases.current
        if case is not None and case.summary is not None:
            self.dismiss(TeachCase(case))
        else:
            self._tell("Nothing was answered here yet.")

    def _tell(self, sentence: str) -> None:
        self.notify(sentence, markup=False)

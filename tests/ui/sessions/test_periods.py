from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from tests.fakes import NOON, ScriptedBackend, user
from tests.ui.harness import Stage, stage
from tui.backends.base import MAX_ROWS
from tui.formatting.times import Span
from tui.model import ALWAYS, Session
from tui.safe_text import SafeText
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.picker import SessionsScreen
from tui.values import following

AGES = {"now": 0, "monday": 3, "february": 25, "autumn": 150, "before": 700}


def library() -> ScriptedBackend:
    backend = ScriptedBackend()
    for name, days in AGES.items():
        changed = NOON - timedelta(days=days)
        made = changed - timedelta(days=10)
        backend.histories[name] = [user("q", "Q")]
        backend.listed.append(Session(name, SafeText(name), created_at=made, updated_at=changed))
    return backend


def names(sessions: SessionList) -> list[str]:
    return [row.session.id for row in sessions.rows]


def head(it: Stage) -> str:
    return it.rows(it.list)[0].strip(" ┃▕")


async def cycle(it: Stage, times: int) -> None:
    """Press the key so many times, beginning with `all`."""
    await it.press("ctrl+s", *["ctrl+r"] * times)


async def test_ctrl_r_goes_from_all_over_today_to_the_last_year() -> None:
    async with stage(library()) as it:
        await it.press("ctrl+s")
        seen = []
        for _ in range(5):
            await it.press("ctrl+r")
            seen.append((head(it), names(it.list)))
    every = [*AGES]
    assert seen == [
        ("today · 1 of 5", every[:1]),
        ("last 7 days · 2 of 5", every[:2]),
        ("last 30 days · 3 of 5", every[:3]),
        ("last 365 days · 4 of 5", every[:4]),
        ("Today", every),
    ]


async def test_a_time_without_sessions_says_how_to_see_more() -> None:
    backend = library()
    backend.listed = backend.listed[3:]
    async with stage(backend) as it:
        await cycle(it, 1)
        assert head(it) == "today · 0 of 2"
        assert "None in this time. Ctrl+R" in it.drawn


async def test_the_picker_has_the_same_times_and_its_filter_goes_on() -> None:
    async with stage(library(), size=(80, 24)) as it:
        await it.press("f2")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.press("o", "ctrl+r", "ctrl+r")
        picker = it.app.screen.query_one(SessionList)
        await it.until(lambda: names(picker) == ["now", "monday"])
        assert "last 7 days · 2 of 5" in it.drawn
        await it.press("x", "y")
        assert names(picker) == []
        assert "No title matches" in it.drawn
        await it.press("escape", "f2")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.until(lambda: "last 7 days" in it.drawn)


async def test_a_click_below_the_head_opens_what_is_under_it() -> None:
    async with stage(library()) as it:
        await cycle(it, 2)
        await it.pilot.click(SessionList, offset=(5, 2))
        await it.until(lambda: it.status.title == "now")


async def test_a_list_that_is_cut_says_so() -> None:
    backend = ScriptedBackend()
    async with stage(backend) as it:
        backend.listed = [Session(str(number), SafeText("S")) for number in range(MAX_ROWS)]
        await it.press("f5")
        await it.until(lambda: head(it) == "the newest 100,000 only")


def test_days_begin_at_midnight_where_the_person_is() -> None:
    zone = timezone(timedelta(hours=2))
    now = datetime(2026, 3, 12, 0, 30, tzinfo=zone)
    late = Session("s", created_at=datetime(2026, 3, 11, 21, 59, tzinfo=UTC))
    early = Session("s", created_at=datetime(2026, 3, 11, 22, 1, tzinfo=UTC))
    assert not Span.TODAY.period(now).holds(late)
    assert Span.TODAY.period(now).holds(early)


def test_all_is_all() -> None:
    assert Span.ALL.period(NOON) == ALWAYS
    assert following(Span.YEAR, [*Span]) is Span.ALL

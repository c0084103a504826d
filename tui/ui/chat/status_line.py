"""Status line: where we are and how it goes."""

from __future__ import annotations

import math
from typing import Self

from msgspec import Struct
from textual.content import Content
from textual.geometry import Region

from tui.backends.traffic import Quota, Traffic, Waiting
from tui.conversation import Connection, Conversation, Phase, Progress
from tui.conversation.patience import STALL_S
from tui.errors import RunnelError, Unreachable
from tui.formatting.copy_age import age_words
from tui.formatting.times import duration, size
from tui.ui.cells import cell_len, cut
from tui.ui.widgets.plain_text import Plain
from tui.values import replace


class Status(Struct, frozen=True):
    """The parts of the line, most important first; empty ones take no room."""

    place: str = ""
    title: str = ""
    state: str = "ready"
    age: str = ""
    """Of what is shown, while the server does not show it."""
    figures: str = ""
    sync: str = ""
    elsewhere: str = ""
    quota: str = ""
    """Told while few calls are left."""


class StatusLine(Plain):
    """Drops parts from the right when it gets narrow; draws only when something differs."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._status = Status()
        self._shown: Content | None = None
        self._differing: tuple[int, int] | None = None
        """The cells that the next refresh is about, `None` for all of them."""

    @property
    def status(self) -> Status:
        return self._status

    def show(self, status: Status) -> None:
        self._status = status
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if not width:
            return
        status = replace(self._status, place=cut(self._status.place, max(12, width // 3)))
        parts = [status.place, status.title, status.state, status.age, status.quota]
        parts += [status.figures, status.sync, status.elsewhere]
        # the state word must stay: title, then figures give way first
        fixed = sum(cell_len(part) + 3 for part in (status.place, status.state))
        room = width - fixed - 3
        parts[1] = cut(status.title, room) if room > 8 else ""
        while len(parts) > 3 and _width(parts) > width:
            parts.pop()
        content = Content(" · ").join(
            Content.styled(part, "bold") if part == status.state else Content(part)
            for part in parts
            if part
        )
        if content != self._shown:
            before, self._shown = self._shown, content
            self._differing = differing_cells(before, content) if before is not None else None
            self.update(content, layout=False)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        cells, self._differing = self._differing, None
        if cells is not None and not (regions or layout or recompose):
            regions = (Region(cells[0], 0, cells[1] - cells[0], 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


def status_of(
    connection: Connection,
    conversation: Conversation,
    bot: str,
    elsewhere: int,
    failure: RunnelError | None,
    sync: str,
) -> Status:
    """Return what the line says; `elsewhere` is the number of other busy conversations.

    `bot` is the name of what is asked, empty where it is not known.
    `failure` is why what is shown could not be read anew, `sync` how a sync is going.
    """
    progress, traffic = conversation.progress, connection.backend.traffic
    state, figures = progress_words(progress, connection.clock())
    if progress is None and isinstance(failure, Unreachable):
        state = "offline"
    is_new = conversation.session_id is None
    read_at = connection.session_index.read_at if is_new else conversation.stored.read_at
    if traffic.waiting is not None and (progress is None or progress.phase is Phase.RECOVERING):
        state = waiting_words(traffic.waiting, traffic.clock())
    elif traffic.reading_since is not None and progress is None:
        state = f"reading {int(traffic.clock() - traffic.reading_since)} s"
    name = connection.profile.name
    return Status(
        place=f"{name}/{bot}" if bot else name,
        title=conversation.names.title,
        state=state,
        age=age_words(read_at, connection.now()) if failure is not None else "",
        figures=figures,
        sync=sync,
        elsewhere=f"+{elsewhere} answering" if elsewhere else "",
        quota=quota_words(traffic.quota, traffic.clock()) if is_low(traffic) else "",
    )


def progress_words(progress: Progress | None, now: float) -> tuple[str, str]:
    """Return the state word and the figures of a send; `now` is of the connection's clock."""
    if progress is None:
        return "ready", ""
    spent = int(now - progress.began_at)
    figures = ""
    if progress.first_text_at is not None:
        streaming_s = max(0.001, progress.last_event_at - progress.first_text_at)
        rate = progress.received_bytes / streaming_s if streaming_s > 0.2 else 0.0
        figures = " · ".join(
            word
            for word in (
                f"first {duration(progress.first_text_at - progress.began_at)}",
                f"{size(rate)}/s" if rate else "",
                size(progress.received_bytes),
            )
            if word
        )
    if progress.phase is Phase.RECOVERING:
        return "checking", figures
    silent_s = now - progress.last_event_at
    if silent_s >= STALL_S:
        return f"no data {int(silent_s)} s", figures
    return f"{progress.phase} {spent} s", figures


def waiting_words(waiting: Waiting, now: float) -> str:
    """Return the state word while a read that failed waits to be made again."""
    wait_s = max(0, math.ceil(waiting.until - now))
    return f"retrying in {wait_s} s ({waiting.reason}, {waiting.attempt} of {waiting.attempts})"


def quota_words(quota: Quota | None, now: float) -> str:
    """Return how many calls are left, and until when; empty when the server does not say."""
    if quota is None:
        return ""
    left_s = max(0, math.ceil(quota.resets_at - now))
    return f"{quota.remaining} of {quota.limit} calls left, {left_s} s"


def is_low(traffic: Traffic) -> bool:
    quota = traffic.quota
    return quota is not None and quota.is_low


def differing_cells(before: Content, after: Content) -> tuple[int, int] | None:
    """Return the first cell and the one behind the last that two lines do not share.

    `None` when nearly all of the line has moved or changed its style.
    """
    old, new = before.plain, after.plain
    is_alike = before.spans == after.spans and len(old) == len(new)
    at = [i for i, (was, now) in enumerate(zip(old, new, strict=False)) if was != now]
    if not is_alike or not at:
        return None
    first, end = at[0], at[-1] + 1
    if cell_len(old[first:end]) != cell_len(new[first:end]):
        return None
    return cell_len(new[:first]), cell_len(new[:end])


def _width(parts: list[str]) -> int:
    shown = [part for part in parts if part]
    return sum(cell_len(part) for part in shown) + 3 * max(0, len(shown) - 1)

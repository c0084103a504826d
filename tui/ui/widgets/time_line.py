"""Time line of a replay: one row that shows where it is, how fast it goes, and what is near."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from tui.ui.cells import cell_len

_PLAYING, _PAUSED, _OVER = "▶", "⏸", "■"
_LEAST_BAR_CELLS = 8


class TimeLine(Widget):
    """Shows `position_s` of `duration_s`."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"time-line--gone", "time-line--rest"}
    DEFAULT_CSS = """
    TimeLine {
        height: 1; padding: 0 1; color: $foreground-muted;
        & > .time-line--gone { color: $primary; }
        & > .time-line--rest { color: $panel; }
    }
    """

    words: reactive[tuple[str, str]] = reactive(("", ""))
    """What stands before the line and behind it."""
    gone_cells: reactive[int] = reactive(0)

    def show(
        self,
        position_s: float,
        duration_s: float,
        *,
        speed: float,
        is_paused: bool,
        is_over: bool,
        label: str = "",
    ) -> None:
        """Draw what has changed, if anything has."""
        sign = _OVER if is_over else _PAUSED if is_paused else _PLAYING
        before = f"{sign} {_clock(position_s)} / {_clock(duration_s)} "
        behind = f" {speed:g}×" + (f" · {label}" if label else "")
        self.words = before, behind
        share = position_s / duration_s if duration_s else 1.0
        self.gone_cells = round(self._bar_cells * min(1.0, share))

    @property
    def _bar_cells(self) -> int:
        left = self.content_size.width - sum(map(cell_len, self.words))
        return left if left >= _LEAST_BAR_CELLS else 0

    def render(self) -> Text:
        before, behind = self.words
        bar, gone = self._bar_cells, min(self.gone_cells, self._bar_cells)
        line = Text(before, no_wrap=True, overflow="ellipsis")
        line.append("━" * gone, self.get_component_rich_style("time-line--gone"))
        line.append("─" * (bar - gone), self.get_component_rich_style("time-line--rest"))
        line.append(behind)
        return line


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

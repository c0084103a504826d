"""Session picker over the whole screen, where there is no room for the list beside the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.ui.cells import cell_len, whole_rows
from tui.ui.dialogs.dialog import WholeScreenDialog
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.panel import SessionPanel, SessionRequest, on_requests
from tui.ui.widgets.plain_text import Plain

_HINT_KEYS = (
    ("sessions.open", "open"),
    ("dialog.close", "close"),
    ("sessions.pin", "pin"),
    ("sessions.delete", "delete"),
    ("sessions.flag", "flag"),
    ("sessions.period", "date"),
    ("sessions.tag", "tags"),
    ("sessions.export", "export"),
    ("sessions.archive", "archive"),
)
_TWO_ROWS_FROM_ROWS = 20
"""From this height on all of them have room beside eighty columns."""


class SessionsScreen(WholeScreenDialog[str]):
    """Returns the id of the session to open, `None` for none; `act` does all else.

    `key_of` tells the key of an action id. It closes as soon as `has_room` says that the list has
    room beside the chat.
    """

    DEFAULT_CSS = """
    SessionsScreen {
        & > .box { height: 90%; }
        & SessionList { background: $surface; }
        &.-low .title, &.-tiny .title { display: none; }
    }
    """

    def __init__(
        self,
        key_of: Callable[[str], str],
        act: Callable[[SessionRequest], Awaitable[None]],
        has_room: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._has_room = has_room
        self._key_of = key_of
        self._act = act
        self.panel = SessionPanel(key_of)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Sessions", classes="title")
            yield self.panel
            yield Plain("", classes="hint")

    def on_mount(self) -> None:
        self.panel.take_keys()

    def on_resize(self) -> None:
        if self._has_room():
            self.dismiss(None)
        # once the panel has its width
        self.call_after_refresh(self._draw_hint)

    def _draw_hint(self) -> None:
        keys = [(self._key_of(each), verb) for each, verb in _HINT_KEYS if self._offers(each)]
        items = [f"{key} {verb}" for key, verb in keys if key]
        # what has no room here stands there
        rest, width = f"{self._key_of('app.help')} keys", self.panel.size.width
        widths = [width, width - cell_len(f" · {rest}")]
        is_low = self.size.height < _TWO_ROWS_FROM_ROWS
        *first, last = whole_rows(items, widths[is_low:])
        rows = [*first, f"{last} · {rest}" if last else rest]
        self.query_one(".hint", Plain).update("\n".join(rows))

    def _offers(self, action_id: str) -> bool:
        return action_id != "sessions.delete" or self.panel.can_delete

    def on_session_list_opened(self, event: SessionList.Opened) -> None:
        self.dismiss(event.session_id)

    @on_requests
    async def act_on_sessions(self, event: SessionRequest) -> None:
        await self._act(event)

"""Session picker over the whole screen, where there is no room for the list beside the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.ui.dialogs.dialog import Dialog
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.panel import SessionPanel, SessionRequest
from tui.ui.splash import LIST_FROM_COLUMNS
from tui.ui.widgets.plain_text import Plain

_HINT_KEYS = (
    ("sessions.open", "open"),
    ("sessions.pin", "pin"),
    ("sessions.delete", "delete"),
    ("sessions.period", "date"),
    ("dialog.close", "close"),
)


class SessionsScreen(Dialog[str]):
    """Returns the id of the session to open, `None` for none; `act` does all else.

    `key_of` tells the key of an action id.
    """

    DEFAULT_CSS = """
    SessionsScreen {
        & > .box { height: 90%; }
        &.-narrow > .box {
            width: 100%; max-width: 100%; height: 100%; max-height: 100%; border: none;
            padding: 0 1;
        }
        & SessionList { background: $surface; }
        & .hint { max-height: 1; }
        &.-low .title, &.-tiny .title { display: none; }
    }
    """

    def __init__(
        self, key_of: Callable[[str], str], act: Callable[[SessionRequest], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._key_of = key_of
        self._act = act
        self.panel = SessionPanel(key_of)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Sessions", classes="title")
            yield self.panel
            # the keys of the panel do not act before it has them
            yield Plain(self._hint, classes="hint")

    @property
    def _hint(self) -> str:
        keys = ((self._key_of(each), verb) for each, verb in _HINT_KEYS if self._offers(each))
        return " · ".join(f"{key} {verb}" for key, verb in keys if key)

    def _offers(self, action_id: str) -> bool:
        return action_id != "sessions.delete" or self.panel.can_delete

    def on_mount(self) -> None:
        self.panel.take_keys()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < LIST_FROM_COLUMNS, "-narrow")

    def on_session_list_opened(self, event: SessionList.Opened) -> None:
        self.dismiss(event.session_id)

    @on(SessionList.Seen)
    @on(SessionPanel.Pinned)
    @on(SessionPanel.DeleteRequested)
    @on(SessionPanel.NextSpanRequested)
    @on(SessionPanel.Filtered)
    async def act_on_sessions(self, event: SessionRequest) -> None:
        await self._act(event)

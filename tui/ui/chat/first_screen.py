"""First screen of a new session: its welcome, and the starters of the demo to choose from."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.reactive import reactive

from tui.model import Profile
from tui.ui.chat.welcome import Row, StarterMarks, Welcome
from tui.ui.widgets.plain_text import Plain


class FirstScreen(Plain):
    """Fills the transcript while that is empty. `play` is given the starter to send.

    Enter plays the selected one while nothing is written; a click plays the one under it.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    FirstScreen { width: 1fr; height: 100%; padding: 0 1; max-width: 104; }
    FirstScreen.-on-starter { pointer: pointer; }
    """

    is_armed: reactive[bool] = reactive(True, repaint=False)
    """Nothing is written, so that Enter is for the starters."""
    selected: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int | None] = reactive(None, repaint=False)

    def __init__(
        self,
        key_of: Callable[[str], str],
        play: Callable[[str], None],
        *,
        adds_servers: bool = True,
    ) -> None:
        super().__init__()
        self._adds_servers = adds_servers
        self._key_of = key_of
        self._play = play
        self._welcome: Welcome | None = None
        self._rows: list[Row] = []

    def show(self, profile: Profile | None, *, takes_questions: bool = True) -> None:
        """Welcome to a new session of a profile; with `None` nothing is said here."""
        self._welcome = None
        if profile is not None:
            self._welcome = Welcome(
                profile,
                self._key_of,
                adds_servers=self._adds_servers,
                takes_questions=takes_questions,
            )
        self.set_reactive(FirstScreen.selected, 0)
        self._draw()

    def play_selected(self) -> None:
        """Play the starter that is drawn as selected, if any is."""
        if self.is_armed and self._is_offering and self._welcome is not None:
            self._play(self._welcome.starters[self.selected])

    def step(self, step: int) -> bool:
        """Select the next (1) or previous (-1) starter; `False` when there is none."""
        selected = self.selected + step
        if not self._is_offering or self._welcome is None:
            return False
        if not 0 <= selected < len(self._welcome.starters):
            return False
        self.selected = selected
        return True

    @property
    def _is_offering(self) -> bool:
        return self.display and self._welcome is not None and bool(self._welcome.starters)

    def _draw(self) -> None:
        """Show what has room; only what differs is drawn."""
        width, height = self.content_size
        self._rows = []
        if self._welcome is not None:
            marks = StarterMarks(self.selected if self.is_armed else None, self.hovered)
            self._rows = self._welcome.rows(width, height, marks)
        self.update(Content("\n").join(row.content for row in self._rows), layout=False)

    def on_resize(self) -> None:
        self._draw()

    def watch_is_armed(self) -> None:
        if self._welcome is not None and self._welcome.starters:
            self._draw()

    def watch_selected(self) -> None:
        self._draw()

    def watch_hovered(self) -> None:
        self.set_class(self.hovered is not None, "-on-starter")
        self._draw()

    def _starter_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or not 0 <= offset.y < len(self._rows):
            return None
        row = self._rows[offset.y]
        return row.starter if offset.x < row.content.cell_length else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self._starter_at(event)

    def on_leave(self) -> None:
        self.hovered = None

    def on_click(self, event: events.Click) -> None:
        starter = self._starter_at(event)
        if starter is not None and self._welcome is not None:
            event.stop()
            self._play(self._welcome.starters[starter])

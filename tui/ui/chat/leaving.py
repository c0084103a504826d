"""Leaving of the app: asked about once where something goes on that ends with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from msgspec import Struct
from textual.app import App

from tui.conversation import Phase
from tui.formatting.counts import counted
from tui.ui.chat.screen import ChatScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.widgets.plain_text import Plain

QUIT_WITHIN_S = 2.0
"""A second Ctrl+C within this time quits."""
LOOK_S = 0.3
"""Between two looks at what goes on."""


class QuitScreen(ConfirmScreen):
    """The question before the end; the key that led here answers it with yes.

    `going_on` tells what would end with the app, empty when that is over; it is asked again and
    again, because answers end and questions go out while somebody thinks.
    """

    def __init__(self, going_on: Callable[[], str]) -> None:
        super().__init__("Quit Runnel?", going_on())
        self._going_on = going_on

    def on_mount(self) -> None:
        self.set_interval(LOOK_S, self._tell)

    def _tell(self) -> None:
        self.query_one(".detail", Plain).update(self._going_on() or "Nothing is left to wait for.")


class Leaving:
    """Ends `app` as soon as a person means it."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._pressed_at = -QUIT_WITHIN_S

    def quit(self, chat: ChatScreen) -> None:
        """End, after a question where answers are coming or a text is not sent."""
        is_asked = isinstance(self._app.screen, QuitScreen)
        if is_asked or not any(_going_on(chat)):
            self._app.exit()
            return
        self._app.push_screen(QuitScreen(lambda: "\n".join(_going_on(chat))), self._end_if)

    def press(self, key: str, chat: ChatScreen) -> None:
        """End at the second call within `QUIT_WITHIN_S`; `key` is the one that leads here."""
        now = time.monotonic()
        if now - self._pressed_at <= QUIT_WITHIN_S:
            self._app.exit()
        self._pressed_at = now
        told = "\n".join([f"Press {key} again to quit.", *_going_on(chat)])
        self._app.notify(told, timeout=QUIT_WITHIN_S, markup=False)

    def _end_if(self, is_meant: bool | None) -> None:
        if is_meant:
            self._app.exit()


class UnsentCounts(Struct, frozen=True):
    """How much that a person asked or wrote did not go out."""

    questions: int
    queued: int
    drafts: int

    @property
    def count(self) -> int:
        return self.questions + self.queued + self.drafts

    @property
    def words(self) -> str:
        """Of a `count` that is not 0."""
        kinds = {
            "question": self.questions,
            "queued question": self.queued,
            "draft": self.drafts,
        }
        *before, last = [counted(count, kind) for kind, count in kinds.items() if count]
        return f"{', '.join(before)} and {last}" if before else last


def _going_on(chat: ChatScreen) -> Iterator[str]:
    if chat.composer.read_only:
        # a replay: what comes in it is on its tape
        return
    busy = [each for each in chat.send_workers.asked_here if not each.waiting_question]
    phases = [each.progress.phase for each in busy if each.progress is not None]
    # one that is only looked for in the history has come
    if coming := len(phases) - phases.count(Phase.RECOVERING):
        are, them = ("is", "it") if coming == 1 else ("are", "them")
        answers = counted(coming, "answer")
        yield f"{answers} {are} still coming: the server may finish {them} anyway."
    if chat.controllers.desk.checks.is_running:
        yield "A run of checks goes on: what is not asked yet will not be."
    if chat.controllers.desk.comparing.is_asking:
        yield "Answers are compared: what is still coming ends."
    texts = chat.controllers.unsent
    lost = UnsentCounts(
        texts.waiting_count + len(texts.failed), len(texts.queued), texts.draft_count
    )
    kept = UnsentCounts(
        texts.kept_waiting_count + texts.kept_failed_count,
        texts.kept_queued_count,
        texts.kept_draft_count,
    )
    if kept.count:
        yield f"{kept.words} {'stays' if kept.count == 1 else 'stay'} for the next start."
    if lost.count:
        yield f"{lost.words} {'is' if lost.count == 1 else 'are'} not sent, and will be lost."
        connection = chat.open_chat.connection
        if connection is not None and connection.profile.embedded:
            yield "The demo keeps nothing; a server of your own does."

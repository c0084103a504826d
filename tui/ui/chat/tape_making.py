"""Tapes made from the palette: recorded from now on, or of what the log of the wire kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tui.conversation import Connection
from tui.conversation.taping import TapeRecorder, Taping
from tui.errors import BadInput
from tui.tapes.recording import new_file
from tui.ui.chat.context import NO_SERVER, ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.name_tape import PLAYS, name_tape, saved_words, shown_path


class TapeMaking:
    """Tapes the profile that is open to a file that a person names."""

    def __init__(
        self, context: ChatContext, now: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        self._context = context
        self._now = now
        self._tell = tell
        self._recorder = TapeRecorder()
        self._recorder.tell_trouble = lambda trouble: context.notice.show(Topic.ACTION, trouble)

    @property
    def is_recording(self) -> bool:
        return self._recorder.path is not None

    @property
    def why_not_begin(self) -> str:
        """Why none can be recorded from now on, empty when one can."""
        if self.is_recording:
            return "a tape is being recorded"
        return "" if self._context.connection is not None else NO_SERVER

    def begin(self) -> None:
        self._context.begin(self._begin, "tape")

    async def _begin(self, connection: Connection) -> None:
        try:
            path = await name_tape(self._context.ask, "Record what goes over the wire", self._now())
            if path is None:
                return
            self._recorder.expect(new_file(path), shown_path(path))
        except BadInput as error:
            self._context.notice.show_error(Topic.ACTION, error)
        else:
            self._recorder.begin_expected(connection)
            if self.is_recording:
                self._tell(f"Recording to {self._recorder.path}")

    def end(self) -> None:
        path = self._recorder.path
        self._recorder.stop()
        self._tell(f"Recorded to {path}: {PLAYS}")

    @property
    def has_log(self) -> bool:
        """The last of the wire is kept, and there is some."""
        connection = self._context.connection
        log = connection.wire.log if connection is not None else None
        return log is not None and log.added > 0

    def save_log(self) -> None:
        self._context.begin(self._save_log, "tape")

    async def _save_log(self, connection: Connection) -> None:
        try:
            path = await name_tape(
                self._context.ask, "Save the last minutes of the wire", self._now()
            )
            if path is not None:
                calls = Taping(connection).save_log(path)
                self._tell(saved_words(calls, path))
        except BadInput as error:
            self._context.notice.show_error(Topic.ACTION, error)

"""Recording of a tape from the chat: begun and ended from the palette."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tui.conversation.taping import TapeRecorder
from tui.errors import BadInput
from tui.file_reading import path_of
from tui.safe_text import clean_line
from tui.tapes.recording import left_out, new_file, unwritten
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.name_file import NameFileScreen

_PATH_CHARS = 400


class TapeMaking:
    """Records the profile that is open to a file that a person names."""

    def __init__(
        self, context: ChatContext, now: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        self._context = context
        self._now = now
        self._tell = tell
        self._recorder = TapeRecorder()

    @property
    def is_recording(self) -> bool:
        return self._recorder.path is not None

    def begin(self) -> None:
        self._context.spawn(self._begin, "tape")

    async def _begin(self) -> None:
        connection = self._context.connection
        if connection is None:
            return
        title = f"Record what goes over the wire as …\nLeft out: {left_out(keeps_host=False)}."
        named = await self._context.ask(
            NameFileScreen(title, f"runnel-{self._now():%Y-%m-%d-%H%M}.tape")
        )
        if named is None:
            return
        try:
            self._make(named)
        except BadInput as error:
            self._context.notice.show_error(Topic.ACTION, error)
        else:
            self._recorder.begin_expected(connection)
            self._tell(f"Recording to {self._recorder.path}")

    def _make(self, named: str) -> None:
        """Make the file that a person named.

        Raises:
            BadInput: it cannot be made, or is there already.
        """
        try:
            path = path_of(named).absolute()
        except OSError as error:
            raise unwritten(Path(named), clean_line(error.strerror or "")) from None
        self._recorder.expect(new_file(path), clean_line(str(path), _PATH_CHARS))

    def end(self) -> None:
        path = self._recorder.path
        self._recorder.stop()
        if self._recorder.troubles:
            self._context.notice.show(Topic.ACTION, self._recorder.troubles.pop())
        else:
            self._tell(f"Recorded to {path}")

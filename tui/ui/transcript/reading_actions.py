"""Base of the actions of reading: what the mixins of the reading pane act on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.widget import Widget

from tui.model import Message
from tui.ui.dialogs.ask import Prompter
from tui.ui.transcript.copying import Copying
from tui.ui.transcript.external_open import ExternalOpener
from tui.ui.transcript.transcript import Transcript


class ReadingActions(Widget):
    """A mixin of the reading pane, which sets these before anything acts."""

    transcript: Transcript
    prompter: Prompter
    copying: Copying
    opener: ExternalOpener
    web_address: Callable[[], str]
    """Returns where the vendor shows the open session, empty where that is not known."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action is not offered; empty for one that is not theirs."""
        return ""

    @property
    def selected(self) -> Message | None:
        """The message that keys act on."""
        return self.transcript.selection.message

    @property
    def all_messages(self) -> Sequence[Message]:
        """Of the conversation that is shown, oldest first."""
        conversation = self.transcript.conversation
        return conversation.timeline if conversation is not None else ()

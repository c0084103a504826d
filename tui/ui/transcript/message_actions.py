"""Message actions of reading: retry, edit, inspect and delete what is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.binding import Binding
from textual.message import Message

from tui.backends.base import Backend
from tui.conversation import Connection
from tui.formatting.counts import counted
from tui.inspection.inspected import Inspected
from tui.model import Message as ChatMessage
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.key_bindings import name_keys
from tui.ui.transcript.next_keys import offers_whole
from tui.ui.transcript.reading_actions import ReadingActions
from tui.ui.transcript.tape_saving import read_and_save_tape, save_tape

MESSAGE_KEYS = [
    Binding("r", "retry", "Retry", id="read.retry"),
    Binding("w", "ask_whole", "Ask without streaming", show=False, id="read.whole"),
    Binding("e", "edit", "Ask again, edited", id="read.edit"),
    Binding("E", "export", "Export", tooltip="Export this session", id="read.export"),
    Binding(
        "T",
        "make_case",
        "Make a check",
        tooltip="Make a check of this exchange",
        show=False,
        id="read.check",
    ),
    Binding("t", "teach", "Teach the right answer", show=False, id="read.teach"),
    Binding("i", "inspect", "Inspect", id="read.inspect"),
    Binding("S", "save_tape", "Save a tape of this", show=False, id="read.tape"),
    Binding("x", "pick_for_deletion", "Mark to delete", show=False, id="read.mark"),
    Binding("d", "delete", "Delete", show=False, id="read.delete"),
]


class MessageActions(ReadingActions):
    """What the server or the composer has to do with goes up as a message of the pane."""

    connection: Callable[[], Connection | None]
    """Returns the one of the moment."""

    def backend(self) -> Backend | None:
        """Return the one of the moment."""
        connection = self.connection()
        return connection.backend if connection is not None else None

    @dataclass(eq=False, repr=False)
    class RetryRequested(Message, namespace="reading_pane"):
        """Send the question that this message is, or answers, once more."""

        message_id: str
        streaming: bool = True

    @dataclass(eq=False, repr=False)
    class DeleteRequested(Message, namespace="reading_pane"):
        """Delete the exchanges of these messages."""

        message_ids: Sequence[str]

    @dataclass(eq=False, repr=False)
    class EditRequested(Message, namespace="reading_pane"):
        """Put the question that this message is, or answers, into the composer."""

        message_id: str

    class ExportRequested(Message, namespace="reading_pane"):
        """Write the session that is shown to a file."""

    @dataclass(eq=False, repr=False)
    class CaseRequested(Message, namespace="reading_pane"):
        """Write a check of the exchange of this message to a suite."""

        message_id: str

    @dataclass(eq=False, repr=False)
    class TeachingRequested(Message, namespace="reading_pane"):
        """Have the bot learn another answer to the question of this message's exchange."""

        message_id: str

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "ask_whole":
            message = self.selected
            return message is not None and offers_whole(message, self.backend())
        if action in ("pick_for_deletion", "delete"):
            backend = self.backend()
            return backend is not None and backend.message_deletion is not None
        if action == "teach":
            backend = self.backend()
            return backend is not None and backend.teaching is not None
        if action == "save_tape":
            message = self.selected
            return message is not None and self.is_wire_kept(message)
        return super().check_action(action, parameters)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        if action == "ask_whole":
            return "no failed answer is selected"
        is_deletion = action in ("pick_for_deletion", "delete")
        if is_deletion:
            return "this server cannot delete messages"
        if action == "teach":
            return "this server cannot be taught"
        if action == "save_tape":
            return "the wire of this is not kept"
        return super().why_not(action, parameters)

    def action_retry(self) -> None:
        if (message := self.selected) is not None:
            self.post_message(self.RetryRequested(message.id))

    def action_ask_whole(self) -> None:
        if (message := self.selected) is not None:
            self.post_message(self.RetryRequested(message.id, streaming=False))

    def action_edit(self) -> None:
        if (message := self.selected) is not None:
            self.post_message(self.EditRequested(message.id))

    def action_pick_for_deletion(self) -> None:
        transcript = self.transcript
        transcript.selection.toggle_picked()
        view = transcript.mounted.views.get(message.id) if (message := self.selected) else None
        if view is not None and view.virtual_region.y < transcript.scroll_offset.y:
            # its heading, which says so, is not in sight
            self.prompter.tell(self._marked_words(len(transcript.selection.picked)))

    def _marked_words(self, count: int) -> str:
        if not count:
            return "No message is marked to be deleted."
        marked = f"{counted(count, 'message')} marked to be deleted. {{read.delete}} deletes."
        return name_keys(marked, self.screen)

    def action_delete(self) -> None:
        """Have what is picked deleted, else the exchange of the selected message."""
        picked = self.transcript.selection.picked
        if not picked and (message := self.selected) is not None:
            picked = [message.id]
        if picked:
            self.post_message(self.DeleteRequested(picked))

    def action_export(self) -> None:
        self.post_message(self.ExportRequested())

    def action_make_case(self) -> None:
        if (message := self.selected) is not None:
            self.post_message(self.CaseRequested(message.id))

    def action_teach(self) -> None:
        if (message := self.selected) is not None:
            self.post_message(self.TeachingRequested(message.id))

    def action_inspect(self) -> None:
        """Show what is known of the selected message, else of the answer that is coming."""
        conversation, connection = self.transcript.conversation, self.connection()
        if conversation is None or connection is None:
            return
        message = self.selected
        if message is None and conversation.progress is not None:
            message = conversation.timeline[-1]
        if message is not None:
            inspected = Inspected.of(message, conversation, connection)
            save = partial(save_tape, inspected, self.prompter.ask)
            copying = self.copying
            self.app.push_screen(InspectorScreen(inspected, copying.copy, copying.write, save))

    def is_wire_kept(self, message: ChatMessage) -> bool:
        """Say whether a tape can be made of the send that a message is of."""
        inspected = self._inspected(message)
        return inspected is not None and inspected.is_kept

    def action_save_tape(self) -> None:
        message = self.selected
        inspected = self._inspected(message) if message is not None else None
        if inspected is not None:
            self.run_worker(self._save_tape(inspected), group="tape", exclusive=True)

    async def _save_tape(self, inspected: Inspected) -> None:
        if told := await read_and_save_tape(inspected, self.prompter.ask):
            self.prompter.tell(told)

    def _inspected(self, message: ChatMessage) -> Inspected | None:
        conversation, connection = self.transcript.conversation, self.connection()
        if conversation is None or connection is None:
            return None
        return Inspected.of(message, conversation, connection)

"""Commands on messages: what the reading pane asks for, handed to who acts on it."""

from __future__ import annotations

from tui.ui.chat.case_making import CaseMaking
from tui.ui.chat.deletion import ExchangeDeletion
from tui.ui.chat.export import SessionExport
from tui.ui.chat.marking import Marking
from tui.ui.chat.sending import QuestionSender
from tui.ui.chat.teaching import BotTeaching
from tui.ui.transcript.mark_actions import MarkActions
from tui.ui.transcript.message_actions import MessageActions

MessageRequest = (
    MessageActions.RetryRequested
    | MessageActions.EditRequested
    | MessageActions.DeleteRequested
    | MarkActions.MarkRequested
    | MessageActions.ExportRequested
    | MessageActions.CaseRequested
    | MessageActions.TeachingRequested
)


class MessageCommands:
    def __init__(
        self,
        sender: QuestionSender,
        deletion: ExchangeDeletion,
        marking: Marking,
        export: SessionExport,
        cases: CaseMaking,
        teaching: BotTeaching,
    ) -> None:
        self._sender = sender
        self._deletion = deletion
        self._marking = marking
        self._export = export
        self._cases = cases
        self._teaching = teaching

    def act(self, asked: MessageRequest) -> None:
        match asked:
            case MessageActions.RetryRequested():
                if not (asked.streaming and self._teaching.ask_again(asked.message_id)):
                    self._sender.retry(asked.message_id, streaming=asked.streaming)
            case MessageActions.EditRequested():
                self._sender.edit(asked.message_id)
            case MessageActions.DeleteRequested():
                self._deletion.delete(asked.message_ids)
            case MarkActions.MarkRequested():
                self._marking.mark(asked.act, [asked.session_id], asked.message_id)
            case MessageActions.ExportRequested():
                self._export.export_open()
            case MessageActions.CaseRequested():
                self._cases.make(asked.message_id)
            case MessageActions.TeachingRequested():
                self._teaching.teach(asked.message_id)

"""Copy actions of reading: messages, lines and code, to the clipboard or to a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on, work
from textual.binding import Binding

from tui.formatting.plain_text import plain_text_of
from tui.model import Message, Role
from tui.ui.key_bindings import KeyHelp
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.markdown.view import MarkdownView
from tui.ui.transcript.reading_actions import ReadingActions
from tui.ui.transcript.sources import SourceList

COPY_KEYS = [
    Binding("y", "copy_message", "Copy", id="read.copy"),
    Binding("Y", "write_message", "Copy to a file", show=False, id="read.copy-file"),
    Binding("v", "copy_lines", "Choose lines to copy", show=False, id="read.lines"),
    Binding("c", "copy_code", "Copy code", id="read.copy-code"),
    Binding("s", "save_code", "Save code", show=False, id="read.save-code"),
]
_CODE_VERBS = {"read.copy-code": "copy", "read.save-code": "save"}
COPY_PALETTE = [KeyHelp("read.all-file", "write_all", "All to a file", ())]


def code_keys(key_of: Callable[[str], str]) -> Sequence[CodeKey]:
    """Return what the head of each code block tells; `key_of` tells the key of an action id."""
    return [CodeKey(each, key_of(each), verb) for each, verb in _CODE_VERBS.items()]


class CopyActions(ReadingActions):
    """Each says so when there is nothing of its kind to copy."""

    def action_copy_message(self) -> None:
        self.copying.copy(_text_of(self.selected), "message")

    def copy_last_answer(self) -> None:
        newest_first = reversed(self.all_messages)
        answer = next((each for each in newest_first if each.role is Role.ASSISTANT), None)
        self.copying.copy(_text_of(answer), "last answer")

    def action_write_message(self) -> None:
        self.copying.write(_text_of(self.selected), "message")

    def action_write_all(self) -> None:
        self.copying.write(plain_text_of(self.all_messages), "conversation")

    @work(group="copy", exclusive=True)
    async def action_copy_lines(self) -> None:
        if (message := self.selected) is not None:
            await self.copying.copy_lines(message)

    @work(group="copy", exclusive=True)
    async def action_copy_code(self) -> None:
        await self.copying.copy_code(self.selected)

    @work(group="copy", exclusive=True)
    async def action_save_code(self) -> None:
        await self.copying.save_code(self.selected)

    @on(MarkdownView.CodeKeyClicked)
    @work(group="copy", exclusive=True)
    async def act_on_clicked_code(self, event: MarkdownView.CodeKeyClicked) -> None:
        event.stop()
        if event.action_id == "read.copy-code":
            await self.copying.copy_shown_code(event.source, event.target)
        else:
            await self.copying.save_shown_code(event.source, event.target)

    def on_source_list_copy_requested(self, event: SourceList.CopyRequested) -> None:
        event.stop()
        self.copying.copy(event.text, event.what)


def _text_of(message: Message | None) -> str:
    return message.text if message is not None else ""

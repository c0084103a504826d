"""The transcript with what belongs to reading it: moving, folding, copying, finding, hints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from tui.backends.base import Backend
from tui.errors import RunnelError
from tui.formatting.plain_text import plain_text_of
from tui.model import Message as ChatMessage
from tui.model import Role
from tui.ui.dialogs.ask import Answer, Prompter
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.key_bindings import KeyHelp, spelled
from tui.ui.markdown.view import MarkdownView
from tui.ui.search.find_bar import FindBar
from tui.ui.terminal.browser import Browser
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.transcript.copying import Copying
from tui.ui.transcript.external_open import Opening
from tui.ui.transcript.hint_targets import Address, CodeOf, hints_in_sight, labels
from tui.ui.transcript.next_keys import next_keys, offers_whole
from tui.ui.transcript.sources import SourceList
from tui.ui.transcript.tool_panel import toggle_all
from tui.ui.transcript.transcript import Transcript
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.plain_text import Plain


class ReadingPane(Vertical):
    """Owns the keys of reading. What concerns the composer goes up as a message.

    `key_of` tells the key of an action id, `backend` the one of the moment.
    """

    DEFAULT_CSS = """
    ReadingPane { height: 1fr; }
    ReadingPane > .below {
        height: 1; width: 1fr; display: none; padding: 0 2; color: $accent; text-style: bold;
        &.-open { display: block; }
    }
    """
    BINDINGS = [
        Binding("k", "step(-1)", "Previous message", show=False, id="read.previous"),
        Binding("j", "step(1)", "Next message", show=False, id="read.next"),
        Binding("g", "first", "First message", show=False, id="read.first"),
        Binding("G,end", "last", "End, follow", key_display="G", id="read.last"),
        Binding("y", "copy_message", "Copy", id="read.copy"),
        Binding("Y", "write_message", "Copy to a file", show=False, id="read.copy-file"),
        Binding("v", "copy_lines", "Choose lines to copy", show=False, id="read.lines"),
        Binding("c", "copy_code", "Copy code", id="read.copy-code"),
        Binding("s", "save_code", "Save code", show=False, id="read.save-code"),
        Binding("o", "page", "Open in the pager", show=False, id="read.pager"),
        Binding("O", "page_all", "All in the pager", show=False, id="read.pager-all"),
        Binding("slash", "find", "Find", key_display="/", id="read.find"),
        Binding("n", "hit(1)", "Next hit", show=False, id="read.next-hit"),
        Binding("N", "hit(-1)", "Previous hit", show=False, id="read.previous-hit"),
        Binding("r", "retry", "Retry", id="read.retry"),
        Binding("w", "ask_whole", "Ask without streaming", show=False, id="read.whole"),
        Binding("e", "edit", "Edit, resend", id="read.edit"),
        Binding("i", "inspect", "Inspect", id="read.inspect"),
        Binding("x", "mark", "Mark to delete", show=False, id="read.mark"),
        Binding("d", "delete", "Delete", show=False, id="read.delete"),
        Binding("f", "hints", "Links, code, tools", show=False, id="read.hints"),
    ]

    PALETTE_ONLY = [
        KeyHelp("read.editor", "edit_message", "Open in the editor", ()),
        KeyHelp("read.editor-all", "edit_all", "All in the editor", ()),
        KeyHelp("read.all-file", "write_all", "All to a file", ()),
    ]

    @dataclass
    class Failed(Message):
        """Something asked for here did not work."""

        error: RunnelError

    @dataclass
    class RetryRequested(Message):
        """Send the question that this message is, or answers, once more."""

        message_id: str
        streaming: bool = True

    @dataclass
    class DeleteRequested(Message):
        """Delete the exchanges of these messages."""

        message_ids: Sequence[str]

    @dataclass
    class EditRequested(Message):
        """Put the question that this message is, or answers, into the composer."""

        message_id: str

    def __init__(
        self,
        now: Callable[[], datetime],
        key_of: Callable[[str], str],
        backend: Callable[[], Backend | None],
        clipboard: Clipboard,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._key_of = key_of
        self._backend = backend
        self.transcript = Transcript(now, self._next_keys, id="transcript")
        self._told_below = self._end_key = ""
        prompter = Prompter(self._tell, self._fail, self._ask)
        self.copying = Copying(clipboard, prompter)
        browser = Browser(os.environ, sys.platform)
        self._opening = Opening(self.app, prompter, self.copying, browser)

    def compose(self) -> ComposeResult:
        yield self.transcript
        yield Plain("", classes="below")
        yield FindBar()

    def _next_keys(self, message: ChatMessage) -> str:
        return next_keys(message, self._backend(), self._key_of)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "ask_whole":
            message = self.transcript.selection.message
            return message is not None and offers_whole(message, self._backend())
        if action in ("mark", "delete"):
            backend = self._backend()
            return backend is not None and backend.message_deletion is not None
        return True

    # The reader's place

    def on_transcript_moved(self, event: Transcript.Moved) -> None:
        event.stop()
        if self.transcript.conversation is not None:
            self.query_one(FindBar).follow(self.transcript.conversation)
        # asked once: a look through all the keys would be dear with every row scrolled
        self._end_key = self._end_key or spelled(self._key_of("chat.last"))
        told = self.transcript.below.sentence(self._end_key)
        if told != self._told_below:
            self._told_below = told
            below = self.query_one(".below", Plain)
            below.set_class(bool(told), "-open")
            below.update(told, layout=False)

    async def action_step(self, step: int) -> None:
        await self.transcript.selection.step(step)
        self.transcript.focus()

    async def action_first(self) -> None:
        await self.transcript.selection.first()

    def action_last(self) -> None:
        self.transcript.selection.clear()
        self.transcript.follow()

    def page(self, step: int) -> None:
        """Scroll a page down (1) or up (-1), wherever the focus is."""
        if step < 0:
            self.transcript.action_page_up()
        else:
            self.transcript.action_page_down()

    def fold_tools(self) -> None:
        toggle_all(self.transcript.mounted.tool_panels)

    # Copying

    def action_copy_message(self) -> None:
        message = self.transcript.selection.message
        self.copying.copy(message.text if message is not None else "", "message")

    def copy_last_answer(self) -> None:
        conversation = self.transcript.conversation
        messages = reversed(conversation.timeline if conversation is not None else ())
        message = next((each for each in messages if each.role is Role.ASSISTANT), None)
        self.copying.copy(message.text if message is not None else "", "last answer")

    def action_write_message(self) -> None:
        message = self.transcript.selection.message
        self.copying.write(message.text if message is not None else "", "message")

    def action_write_all(self) -> None:
        self.copying.write(plain_text_of(self._visible), "conversation")

    @work(group="copy", exclusive=True)
    async def action_copy_lines(self) -> None:
        if (message := self.transcript.selection.message) is not None:
            await self.copying.copy_lines(message)

    @work(group="copy", exclusive=True)
    async def action_copy_code(self) -> None:
        await self.copying.copy_code(self.transcript.selection.message)

    @work(group="copy", exclusive=True)
    async def action_save_code(self) -> None:
        await self.copying.save_code(self.transcript.selection.message)

    # Opening elsewhere

    def action_page(self) -> None:
        self._opening.page(self._chosen)

    def action_page_all(self) -> None:
        self._opening.page(self._visible)

    def action_edit_message(self) -> None:
        self._opening.edit(self._chosen)

    def action_edit_all(self) -> None:
        self._opening.edit(self._visible)

    @property
    def _chosen(self) -> Sequence[ChatMessage]:
        message = self.transcript.selection.message
        return [message] if message is not None else []

    @property
    def _visible(self) -> Sequence[ChatMessage]:
        conversation = self.transcript.conversation
        return conversation.visible if conversation is not None else ()

    # Finding

    def action_find(self) -> None:
        conversation = self.transcript.conversation
        if conversation is not None:
            self.query_one(FindBar).open(conversation)

    def action_hit(self, direction: int) -> None:
        conversation = self.transcript.conversation
        if conversation is not None:
            position = self.transcript.selection.position(last=direction < 0)
            self.query_one(FindBar).step(direction, conversation, position)

    def on_find_bar_step_requested(self, event: FindBar.StepRequested) -> None:
        self.action_hit(event.direction)

    def on_find_bar_pattern_changed(self, event: FindBar.PatternChanged) -> None:
        self.transcript.highlights.show(event.pattern)

    async def on_find_bar_match_requested(self, event: FindBar.MatchRequested) -> None:
        await self.transcript.highlights.reveal(event.match)

    def on_find_bar_closed(self) -> None:
        self.transcript.focus()

    def end_finding(self) -> None:
        self.query_one(FindBar).close()

    # Acting on a message

    def action_retry(self) -> None:
        if (message := self.transcript.selection.message) is not None:
            self.post_message(self.RetryRequested(message.id))

    def action_ask_whole(self) -> None:
        if (message := self.transcript.selection.message) is not None:
            self.post_message(self.RetryRequested(message.id, streaming=False))

    def action_edit(self) -> None:
        if (message := self.transcript.selection.message) is not None:
            self.post_message(self.EditRequested(message.id))

    def action_mark(self) -> None:
        self.transcript.selection.toggle_picked()

    def action_delete(self) -> None:
        """Have what is picked deleted, else the exchange of the selected message."""
        picked = self.transcript.selection.picked
        if not picked and (message := self.transcript.selection.message) is not None:
            picked = [message.id]
        if picked:
            self.post_message(self.DeleteRequested(picked))

    def action_inspect(self) -> None:
        conversation = self.transcript.conversation
        if conversation is not None and (message := self.transcript.selection.message) is not None:
            self.app.push_screen(InspectorScreen(message, conversation.session_id))

    @work(group="hints", exclusive=True)
    async def action_hints(self) -> None:
        """Put labels on what is in sight, and act on the one that is typed."""
        hints = hints_in_sight(self.transcript)
        if not hints:
            self._tell("There is no link, code block or panel in sight.")
            return
        places = [hint.place for hint in hints]
        picked = await self._ask(HintsScreen(places, labels(len(hints))))
        match hints[picked].target if picked is not None else None:
            case Address(url):
                await self._opening.open_address(url)
            case CodeOf(source, target):
                await self.copying.copy_shown_code(source, target)
            case FoldingPanel() as panel:
                panel.collapsed = not panel.collapsed

    @on(MarkdownView.LinkClicked)
    @work(group="link", exclusive=True)
    async def open_clicked_link(self, event: MarkdownView.LinkClicked) -> None:
        event.stop()
        await self._opening.open_address(event.href)

    @work(group="link", exclusive=True)
    async def on_source_list_open_requested(self, event: SourceList.OpenRequested) -> None:
        event.stop()
        if event.url:
            await self._opening.open_address(event.url)
        else:
            self._tell("This source has no web address.")

    def on_source_list_copy_requested(self, event: SourceList.CopyRequested) -> None:
        event.stop()
        self.copying.copy(event.text, event.what)

    async def _ask(self, dialog: Screen[Answer], /) -> Answer:
        return await self.app.push_screen_wait(dialog)

    def _fail(self, error: RunnelError) -> None:
        self.post_message(self.Failed(error))

    def _tell(self, sentence: str) -> None:
        self.app.notify(sentence, markup=False)

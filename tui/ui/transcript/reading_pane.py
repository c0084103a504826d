"""Reading pane: the transcript with the keys of reading, the line below it and the find bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.formatting.copy_age import GONE_WORDS
from tui.model import Message as ChatMessage
from tui.ui.dialogs.ask import Answer, Prompter
from tui.ui.key_routing import give_keys
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.search.find_bar import FindBar
from tui.ui.search.matches import MessageSearch
from tui.ui.terminal.browser import Browser
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.link import Link
from tui.ui.transcript.below_line import BelowLine
from tui.ui.transcript.copy_actions import (
    COPY_KEYS,
    COPY_PALETTE,
    CopyActions,
    code_keys,
)
from tui.ui.transcript.copying import Copying
from tui.ui.transcript.external_open import ExternalOpener
from tui.ui.transcript.failure_note import FailureNote
from tui.ui.transcript.find_actions import FIND_KEYS, FindActions
from tui.ui.transcript.head_line import Head, HeadLine, question_above
from tui.ui.transcript.mark_actions import MARK_KEYS, MarkActions
from tui.ui.transcript.message_actions import MESSAGE_KEYS, MessageActions
from tui.ui.transcript.message_view import MessageView
from tui.ui.transcript.next_keys import NextKeys, next_keys
from tui.ui.transcript.open_actions import (
    EDITOR_PALETTE,
    HINT_KEYS,
    PAGER_KEYS,
    WEB_KEYS,
    OpenActions,
)
from tui.ui.transcript.person_actions import PERSON_KEYS, PersonActions
from tui.ui.transcript.tool_panel import toggle_all
from tui.ui.transcript.transcript import Transcript


class ReadingPane(
    Vertical, CopyActions, OpenActions, FindActions, PersonActions, MarkActions, MessageActions
):
    """Owns the keys of reading. What concerns the composer goes up as a message.

    `key_of` tells the key of an action id, `connection` the one of the moment; `first_screen`
    stands in it while there is no message. What `is_there` denies is not offered.
    """

    DEFAULT_CSS = """
    ReadingPane { height: 1fr; }
    """
    # the footer takes them in this order: what is done most comes first
    BINDINGS = [
        *COPY_KEYS,
        *HINT_KEYS,
        *MESSAGE_KEYS,
        *FIND_KEYS,
        Binding("k", "step(-1)", "Previous message", show=False, id="read.previous"),
        Binding("j", "step(1)", "Next message", show=False, id="read.next"),
        Binding("p", "question", "Go to the question", show=False, id="read.question"),
        Binding("g", "first", "First message", show=False, id="read.first"),
        Binding("G,end", "last", "Jump to end", id="read.last"),
        *PAGER_KEYS,
        *WEB_KEYS,
        *PERSON_KEYS,
        *MARK_KEYS,
    ]
    PALETTE_ONLY = [*EDITOR_PALETTE, *COPY_PALETTE]

    @dataclass(eq=False, repr=False)
    class Failed(Message):
        """Something asked for here did not work."""

        error: RunnelError

    def __init__(
        self,
        now: Callable[[], datetime],
        key_of: Callable[[str], str],
        connection: Callable[[], Connection | None],
        web_address: Callable[[], str],
        clipboard: Clipboard,
        first_screen: Widget,
        link: Link,
        is_there: Callable[[str], bool],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._key_of = key_of
        self._is_there = is_there
        self.message_search = MessageSearch()
        """Keeps what it reads of messages from one search to the next."""
        self.connection = connection
        self.web_address = web_address
        self.transcript = Transcript(
            now, self._next_keys, self._code_keys, first_screen, link, id="transcript"
        )
        self._head_line, self._below_line = HeadLine(), BelowLine(key_of)
        self.find_bar = FindBar(key_of, self.message_search)
        self.prompter = Prompter(self._tell, self._fail, self._ask)
        self.copying = Copying(clipboard, self.prompter)
        browser = Browser(os.environ, sys.platform, may_start=is_there("read.web"))
        self.opener = ExternalOpener(self.app, self.prompter, self.copying.copy, browser)

    def compose(self) -> ComposeResult:
        yield self._head_line
        yield self.transcript
        yield self._below_line
        yield self.find_bar

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action cannot be run now, empty when it can."""
        return "" if self.check_action(action, parameters) else super().why_not(action, parameters)

    def _next_keys(self, message: ChatMessage) -> NextKeys:
        offers_tape = self._is_there("read.tape") and self.is_wire_kept(message)
        return next_keys(
            message,
            self.backend(),
            self._key_of,
            is_there=self._is_there,
            offers_tape=offers_tape,
        )

    def _code_keys(self) -> Sequence[CodeKey]:
        return code_keys(self._key_of)

    # The reader's place

    def on_descendant_focus(self) -> None:
        self._head_line.show(self._head)

    def on_descendant_blur(self) -> None:
        self._head_line.show(self._head)

    def on_transcript_moved(self, event: Transcript.Moved) -> None:
        event.stop()
        self.find_in_shown_conversation()
        self.follow_person()
        self._head_line.show(self._head)
        self._below_line.show(self.transcript.below)

    @property
    def _head(self) -> Head:
        if (conversation := self.transcript.conversation) is None:
            return Head()
        question = question_above(self.transcript.at_top, conversation.timeline)
        names = conversation.names
        title = f"{names.title} · {GONE_WORDS}" if names.is_gone else names.title
        person = tuple(self.person)
        if person and not self.is_person_shown:
            key = self._key_of("read.person")
            # elsewhere it would be written
            before = (
                "" if self.transcript.has_focus_within else f"{self._key_of('chat.previous')}, "
            )
            person = (*person, f"{before}{key} shows")
        return Head(title, question, person, self.is_person_shown)

    async def action_step(self, step: int) -> None:
        """Select the next (1) or previous (-1) message."""
        # before it is in sight, which may take long: the next key is for it
        give_keys(self.transcript)
        await self.transcript.selection.step(step)

    async def on_failure_note_key_pressed(self, event: FailureNote.KeyPressed) -> None:
        event.stop()
        for view in event.note.ancestors:
            if isinstance(view, MessageView):
                self.transcript.selection.select_in_place(view.message.id)
        await self.app.run_action(event.active.binding.action, event.active.node)

    async def action_first(self) -> None:
        await self.transcript.selection.first()

    @on(HeadLine.Pressed)
    async def action_question(self) -> None:
        """Go to the question that is answered where the reader is."""
        question = self._head.question
        conversation, selected = self.transcript.conversation, self.selected
        if question is None and conversation is not None and selected is not None:
            question = next(iter(conversation.stored.history.exchange_of(selected.id)), None)
        if question is not None:
            give_keys(self.transcript)
            await self.transcript.selection.reveal(question.id)

    @on(BelowLine.Pressed)
    def action_last(self) -> None:
        self.transcript.selection.clear()
        self.transcript.follow()

    def scroll_page(self, step: int) -> None:
        """Scroll a screenful down (1) or up (-1), wherever the focus is."""
        if step < 0:
            self.transcript.action_page_up()
        else:
            self.transcript.action_page_down()

    def fold_tools(self) -> None:
        """Unfold all tool panels, or fold them all when any is open."""
        toggle_all(self.transcript.mounted.tool_panels)

    # Talking with the person

    async def _ask(self, dialog: Screen[Answer], /) -> Answer:
        return await self.app.push_screen_wait(dialog)

    def _fail(self, error: RunnelError) -> None:
        self.post_message(self.Failed(error))

    def _tell(self, sentence: str) -> None:
        self.app.notify(sentence, markup=False)

"""Open actions of reading: text in a pager or an editor, links in a browser, all by hints."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on, work
from textual.binding import Binding

from tui.model import Message
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.key_bindings import KeyHelp
from tui.ui.markdown.view import MarkdownView
from tui.ui.transcript.citation_actions import CitationActions
from tui.ui.transcript.hint_targets import (
    ShownCitation,
    ShownCode,
    ShownLink,
    hints_in_sight,
    labels,
)
from tui.ui.transcript.sources import SourceList
from tui.ui.widgets.folding_panel import FoldingPanel

PAGER_KEYS = [
    Binding("l", "open_pager", "Open in the pager", show=False, id="read.pager"),
    Binding("L", "open_pager_on_all", "All in the pager", show=False, id="read.pager-all"),
]
WEB_KEYS = [
    Binding("o", "open_web", "Open the session in the browser", show=False, id="read.web"),
]
HINT_KEYS = [
    Binding("f", "hints", "Jump", tooltip="Jump to link/code/tool", id="read.hints"),
]
EDITOR_PALETTE = [
    KeyHelp("read.editor", "open_editor", "Open in the editor", ()),
    KeyHelp("read.editor-all", "open_editor_on_all", "All in the editor", ()),
]


class OpenActions(CitationActions):
    """Hands over to other programs what is selected, clicked or picked by its label."""

    @work(group="link", exclusive=True)
    async def action_open_web(self) -> None:
        """Open the session where its vendor shows it."""
        conversation = self.transcript.conversation
        if conversation is None or conversation.session_id is None:
            self.prompter.tell("Nothing was asked here yet.")
        elif address := self.web_address():
            await self.opener.open_address(address)
        else:
            self.prompter.tell("Where sessions are on the web, web_url in the profile has to say.")

    def action_open_pager(self) -> None:
        self.opener.show_in_pager(self._selection)

    def action_open_pager_on_all(self) -> None:
        self.opener.show_in_pager(self.all_messages)

    def action_open_editor(self) -> None:
        self.opener.show_in_editor(self._selection)

    def action_open_editor_on_all(self) -> None:
        self.opener.show_in_editor(self.all_messages)

    @property
    def _selection(self) -> Sequence[Message]:
        message = self.selected
        return [message] if message is not None else []

    @work(group="hints", exclusive=True)
    async def action_hints(self) -> None:
        """Put labels on what is in sight, and act on the one that is typed."""
        hints = hints_in_sight(self.transcript)
        if not hints:
            self.prompter.tell("There is no link, code block or panel in sight.")
            return
        cells = [hint.cell for hint in hints]
        picked = await self.prompter.ask(HintsScreen(cells, labels(len(hints))))
        match hints[picked].target if picked is not None else None:
            case ShownLink(url):
                await self.opener.open_address(url)
            case ShownCode(source, target):
                await self.copying.copy_shown_code(source, target)
            case ShownCitation(text, marker):
                self.show_source(text, marker)
            case FoldingPanel() as panel:
                panel.collapsed = not panel.collapsed

    @on(MarkdownView.LinkClicked)
    @work(group="link", exclusive=True)
    async def open_clicked_link(self, event: MarkdownView.LinkClicked) -> None:
        event.stop()
        await self.opener.open_address(event.href)

    @work(group="link", exclusive=True)
    async def on_source_list_open_requested(self, event: SourceList.OpenRequested) -> None:
        event.stop()
        if event.url:
            await self.opener.open_address(event.url)
        else:
            self.prompter.tell("This source has no web address.")

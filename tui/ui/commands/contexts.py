"""Key contexts: the headings of the help, and whose bindings stand under each."""

from __future__ import annotations

from tui.ui.chat.screen import ChatScreen
from tui.ui.commands.catalogue import Context
from tui.ui.composer.composer import Composer
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.dialogs.dialog import Dialog
from tui.ui.search.find_bar import FindBar
from tui.ui.sessions.panel import SessionPanel
from tui.ui.transcript.reading_pane import ReadingPane
from tui.ui.transcript.sources import SourceList
from tui.ui.widgets.expandable_text import More
from tui.ui.widgets.folding_panel import FoldingPanel

CONTEXTS: tuple[Context, ...] = (
    ("In the chat", ChatScreen),
    ("In the composer", Composer),
    ("On queued questions", QueuePanel),
    ("Reading", ReadingPane),
    ("Tool and source panels", FoldingPanel),
    ("On “show more”", More),
    ("In a list of sources", SourceList),
    ("In the session list", SessionPanel),
    ("Finding", FindBar),
    ("In dialogs", Dialog),
)

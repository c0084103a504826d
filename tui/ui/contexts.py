"""Where keys do something: the headings of the help, and whose bindings stand under each."""

from __future__ import annotations

from textual.dom import DOMNode

from tui.ui.app import RunnelApp
from tui.ui.screens.chat import ChatScreen
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.composer import Composer
from tui.ui.widgets.find_bar import FindBar
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.pieces import More
from tui.ui.widgets.reading_pane import ReadingPane
from tui.ui.widgets.sidebar import Sidebar
from tui.ui.widgets.sources import SourceList

CONTEXTS: tuple[tuple[str, type[DOMNode]], ...] = (
    ("Anywhere", RunnelApp),
    ("In the chat", ChatScreen),
    ("In the composer", Composer),
    ("Reading", ReadingPane),
    ("Tool and source panels", FoldingPanel),
    ("On “show more”", More),
    ("In a list of sources", SourceList),
    ("In the session list", Sidebar),
    ("Finding", FindBar),
    ("In dialogs", Dialog),
)

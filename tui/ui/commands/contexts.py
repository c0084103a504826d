"""Key contexts: the headings of palette and help, and whose bindings stand under each."""

from __future__ import annotations

from tui.ui.chat.screen import ChatScreen
from tui.ui.commands.context import Context
from tui.ui.commands.screen import CommandsScreen
from tui.ui.composer.composer import Composer
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.desk.checks import ChecksScreen
from tui.ui.desk.comparison import ComparisonScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.dialogs.numbers import NumbersScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.dialogs.pick_several import PickSeveralScreen
from tui.ui.dialogs.plain_text import PlainTextScreen
from tui.ui.dialogs.select_lines import LineSelectionScreen
from tui.ui.dialogs.source_lines import SourceLines
from tui.ui.dialogs.wire_rows import WireRows
from tui.ui.search.find_bar import FindBar
from tui.ui.search.screen import SearchScreen
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.transcript.reading_pane import ReadingPane
from tui.ui.transcript.sources import SourceList
from tui.ui.widgets.expandable_text import More
from tui.ui.widgets.folding_panel import FoldingPanel

CONTEXTS: tuple[Context, ...] = (
    Context("In the chat", ChatScreen),
    Context("In the composer", Composer, within=ChatScreen, is_for_writing=True),
    Context("On queued questions", QueuePanel, "no question is queued", ChatScreen),
    Context("Reading", ReadingPane, within=ChatScreen),
    Context("Tool and source panels", FoldingPanel, "no panel here", ReadingPane),
    Context("On “show more”", More, "nothing is cut short here", ReadingPane),
    Context("In a list of sources", SourceList, "no sources here", ReadingPane),
    Context("In the session list; marks stay on this machine", SessionPanel, within=ChatScreen),
    Context("Finding", FindBar, within=ReadingPane),
)
DIALOG_CONTEXTS: tuple[Context, ...] = (
    Context("In dialogs", Dialog),
    Context("In lists to pick from", PickScreen, within=Dialog),
    Context("Finding in everything", SearchScreen, within=Dialog),
    Context("In commands and keys", CommandsScreen, within=Dialog),
    Context("In the session picker", SessionsScreen, within=Dialog),
    Context("When asked", ConfirmScreen, within=Dialog),
    Context("Writing a tag, a name", EditLineScreen, within=Dialog),
    Context("Writing a note, an answer", EditTextScreen, within=Dialog),
    Context("Choosing lines", LineSelectionScreen, within=Dialog),
    Context("In the lines to choose", SourceLines, within=LineSelectionScreen),
    Context("In a session as plain text", PlainTextScreen, within=Dialog),
    Context("In the numbers", NumbersScreen, within=Dialog),
    Context("In lists to mark in", PickSeveralScreen, within=Dialog),
    Context("In the checks", ChecksScreen, within=Dialog),
    Context("In answers side by side", ComparisonScreen, within=Dialog),
    Context("In the inspector of a message", InspectorScreen, within=Dialog),
    Context("In the events of a wire", WireRows, within=InspectorScreen),
    Context("Jumping to labels", HintsScreen, within=Dialog),
)
"""Of these nothing can be done from the palette: they lie over the chat."""

"""What a person sees of a running app, by its parts and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.app import RunnelApp
from tui.ui.chat.notice import Notice
from tui.ui.chat.screen import ChatScreen
from tui.ui.chat.status_line import Status, StatusLine
from tui.ui.composer.composer import Composer
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.sessions.list_view import SessionList
from tui.ui.transcript.below_line import BelowLine
from tui.ui.transcript.message_view import MessageView
from tui.ui.transcript.reply import Reply
from tui.ui.transcript.tool_panel import ToolPanel
from tui.ui.transcript.transcript import Transcript
from tui.ui.widgets.plain_text import Plain

W = TypeVar("W", bound=Widget)


class Shown:
    def __init__(self, app: RunnelApp) -> None:
        self.app = app

    @property
    def in_line(self) -> bool:
        shown = self.transcript.conversation
        if shown is None:
            return True
        first = self.transcript.paging.window.first
        mounted = shown.timeline[first : first + len(self.views)]
        is_all = first + len(mounted) == len(shown.timeline) or not self.transcript.ends_here
        return [view.message for view in self.views] == list(mounted) and is_all

    def one(self, kind: type[W]) -> W:
        return self.chat.query_one(kind)

    @property
    def chat(self) -> ChatScreen:
        return next(each for each in self.app.screen_stack if isinstance(each, ChatScreen))

    @property
    def composer(self) -> Composer:
        return self.one(Composer)

    @property
    def transcript(self) -> Transcript:
        return self.one(Transcript)

    @property
    def list(self) -> SessionList:
        return self.one(SessionList)

    @property
    def notice(self) -> str:
        """What the lasting note says, empty when it is closed."""
        notice = self.one(Notice)
        return said(notice) if notice.is_open else ""

    @property
    def status(self) -> Status:
        return self.one(StatusLine).status

    @property
    def below(self) -> str:
        """What stands under the transcript about the lines further down."""
        line = self.one(BelowLine)
        return said(line) if line.display else ""

    @property
    def views(self) -> Sequence[MessageView]:
        return list(self.transcript.query(MessageView))

    @property
    def replies(self) -> Sequence[Reply]:
        return list(self.transcript.query(Reply))

    @property
    def tools(self) -> Sequence[ToolPanel]:
        return list(self.transcript.query(ToolPanel))

    @property
    def texts(self) -> Sequence[str]:
        return [view.message.text for view in self.views]

    @property
    def queued(self) -> Sequence[str]:
        """What is shown as waiting to be sent."""
        return [row.text for row in self.one(QueuePanel).shown.rows]

    @property
    def toasts(self) -> Sequence[str]:
        return [each.message for each in self.app._notifications]

    def rows(self, widget: Widget) -> Sequence[str]:
        """Return the text of the screen where `widget` is, row by row."""
        compositor, area = self.app.screen._compositor, widget.region
        whole = Region(0, area.y, compositor.size.width, area.height)
        shown = whole.intersection(compositor.size.region)
        chops = compositor._render_chops(shown, lambda _: True)
        strips = [Strip.join(chops[y].values()) for y in shown.line_range]
        return [strip.crop(area.x, area.right).text for strip in strips]

    @property
    def drawn(self) -> str:
        """The text of the whole screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())


def said(widget: Plain) -> str:
    return str(widget.content)

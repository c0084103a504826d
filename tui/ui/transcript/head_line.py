"""Head line of the transcript: title or question of what is in sight, and who it is held with."""

from __future__ import annotations

from msgspec import Struct
from textual.content import Content
from textual.geometry import Size
from textual.message import Message as TextualMessage

from tui.conversation.timeline import Timeline
from tui.formatting.speakers import SPEAKERS
from tui.model import Message, Role
from tui.safe_text import clean_line
from tui.ui.cells import cell_len, cut, whole_items
from tui.ui.transcript.message_view import MessageView
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.view_anchor import PinnedWidget

MOST_CHARS = 400
"""Of a question: more than the widest screen shows."""
LEAST_TITLE_CELLS = 24
"""Of title or question, beside what is told of a person."""


class Head(Struct, frozen=True):
    """What the line says."""

    title: str = ""
    question: Message | None = None
    """The one that what is at the top of the view belongs to, when it is out of sight."""
    person: tuple[str, ...] = ()
    """What is told of who the session is held with, the most important first."""
    is_person_shown: bool = False
    """All of that is asked for, whatever room it takes."""


class HeadLine(Plain):
    """One line, cut where it does not fit; a click goes to the question.

    A person who is asked for gets the lines that it takes.
    """

    DEFAULT_CSS = """
    HeadLine {
        height: auto; min-height: 1; max-height: 6; width: 1fr; padding: 0 2 0 4;
        background: $surface;
        &:ansi { text-style: underline; }
    }
    """

    class Pressed(TextualMessage):
        """A person wants to see the question."""

    def __init__(self) -> None:
        super().__init__()
        self._head = Head()
        self._drawn: tuple[Head, int] | None = None
        self._is_tall = False

    def show(self, head: Head) -> None:
        """Say this, when it is something else."""
        self._head = head
        self._draw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        # what was made for a wider line would be wrapped, and take rows that it does not need
        self._draw_in(width)
        return super().get_content_height(container, viewport, width)

    def on_resize(self) -> None:
        self._draw()

    def on_click(self) -> None:
        self.post_message(self.Pressed())

    def _draw(self) -> None:
        was_tall = self._is_tall
        if self._draw_in(self.content_size.width) and (was_tall or self._is_tall):
            # most changes are of words alone, and come with each row that is scrolled
            self.refresh(layout=True)

    def _draw_in(self, width: int) -> bool:
        """Draw the line in so many cells; return whether it was drawn in another way."""
        if not width or (self._head, width) == self._drawn:
            return False
        self._drawn = (self._head, width)
        content = _content(self._head, width)
        self._is_tall = "\n" in content.plain
        self.update(content, layout=False)
        return True


def question_above(top: PinnedWidget | None, timeline: Timeline) -> Message | None:
    """Return the question that what is at the top of the view belongs to.

    `None` when it is not out of sight.
    """
    if top is None or not isinstance(view := top.widget, MessageView):
        return None
    if view.message.role is Role.USER:
        # its heading alone may be
        return view.message if top.row < -1 else None
    return _question_before(timeline.position(view.message.id), timeline)


def _question_before(position: int | None, timeline: Timeline) -> Message | None:
    for at in range((position or 0) - 1, -1, -1):
        if timeline[at].role is Role.USER:
            return timeline[at]
    return None


def _content(head: Head, width_cells: int) -> Content:
    person = whole_items(head.person, width_cells - LEAST_TITLE_CELLS)
    rest = ""
    if head.is_person_shown and person != " · ".join(head.person):
        person, rest = "", " · ".join(head.person)
    room = width_cells - (cell_len(person) + 2 if person else 0)
    if head.question is None:
        line = Content.styled(cut(head.title, room), "$foreground-muted")
    else:
        sign, words = SPEAKERS[Role.USER].sign, clean_line(head.question.text, MOST_CHARS)
        line = Content(cut(f"{sign} {words}", room)).stylize("$primary", 0, len(sign))
    # where there is no ground a line is drawn under all of it
    line = line.pad_right(width_cells - cell_len(person) - line.cell_length)
    below = [("\n", ""), (rest, "$foreground-muted")] if rest else []
    return Content.assemble(line, (person, "$foreground-muted"), *below)

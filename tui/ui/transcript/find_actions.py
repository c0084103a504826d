"""Find actions of reading: the find bar, and the matches in the transcript that it goes to."""

from __future__ import annotations

from textual.binding import Binding

from tui.ui.key_routing import give_keys
from tui.ui.search.find_bar import FindBar
from tui.ui.search.trail import HitTrail
from tui.ui.transcript.reading_actions import ReadingActions

FIND_KEYS = [
    Binding("slash", "find", "Find", id="read.find"),
    Binding("n", "go_to_match(1)", "Next hit", show=False, id="read.next-hit"),
    Binding("N", "go_to_match(-1)", "Previous hit", show=False, id="read.previous-hit"),
]


class FindActions(ReadingActions):
    """Keeps the find bar, which is below the transcript, and the transcript together."""

    find_bar: FindBar

    def action_find(self) -> None:
        conversation = self.transcript.conversation
        if conversation is not None:
            self.find_bar.open(conversation)

    def action_go_to_match(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) match, the first time from what is in sight on."""
        conversation = self.transcript.conversation
        if conversation is not None:
            position = self.transcript.selection.position(last=direction < 0)
            self.find_bar.step(direction, conversation, position)

    def look_for_hits(self, trail: HitTrail, direction: int, *, from_selected: bool) -> None:
        """Go to a hit in the stop of the trail, where somebody was under way to it and it is shown.

        The next from the selected message on, else the first (1) or the last (-1) of all.
        """
        conversation = self.transcript.conversation
        if trail is not self.find_bar.trail:
            return
        if conversation is None or conversation.id != trail.stop.session_id:
            # another one was opened meanwhile
            self.find_bar.leave_trail()
            return
        position = 0 if direction > 0 else len(conversation.timeline)
        if from_selected:
            position = self.transcript.selection.position(last=False)
        self.find_bar.arrive(conversation, direction, position)

    def find_in_shown_conversation(self) -> None:
        """Have an open find bar search the conversation that is shown now."""
        if self.transcript.conversation is not None:
            self.find_bar.follow(self.transcript.conversation)

    def end_finding(self) -> None:
        self.find_bar.close()

    def on_find_bar_step_requested(self, event: FindBar.StepRequested) -> None:
        self.action_go_to_match(event.direction)
        if event.reads_on and self.find_bar.may_have_matches:
            give_keys(self.transcript)

    def on_find_bar_pattern_changed(self, event: FindBar.PatternChanged) -> None:
        self.transcript.highlights.show(event.pattern)

    async def on_find_bar_match_requested(self, event: FindBar.MatchRequested) -> None:
        await self.transcript.highlights.reveal(event.match)

    def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        before = event.came_from
        give_keys(before if before is not None and before.focusable else self.transcript)

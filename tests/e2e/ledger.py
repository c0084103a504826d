"""Ledger of what was done in all starts, held against the store's file and the server's log."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

from tests.clean_environment import REPOSITORY
from tests.e2e.course import Course, Noted
from tests.e2e.kept import NOTHING, Kept, kept_in
from tui.server import EmbeddedServer

STORY = REPOSITORY / "tui/server/texts/replies/long.toml"
IN_A_ROW = 4


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


STORY_WORDS = words_of("".join(each["say"] for each in tomllib.loads(STORY.read_text())["step"]))


def progress(words: list[str]) -> int:
    """Return how many words of the story had come when these were the last that came."""
    shown = f" {' '.join(words)} "
    for count in range(len(STORY_WORDS), IN_A_ROW, -1):
        if f" {' '.join(STORY_WORDS[count - IN_A_ROW : count])} " in shown:
            return count
    return 0


class Ledger:
    """What was done over one file and one server, of which others may have asked before."""

    def __init__(self, path: Path, server: EmbeddedServer) -> None:
        self._path = path
        self._server = server
        self._asked: list[Noted] = []
        self._marks: list[Noted] = []
        self._flags: set[str] = set()
        self._received_before: Counter[str] = Counter()
        self._ignored = len(server.received)
        self.kept: Kept = NOTHING
        """What stood in the file after the last course."""

    @property
    def received(self) -> Counter[str]:
        """What the server was asked, and how often."""
        return Counter(each.text for each in self._server.received[self._ignored :])

    def look(self) -> Kept:
        """Look at what stands in the file now."""
        self.kept = kept_in(self._path)
        return self.kept

    def note(self, text: str) -> None:
        """Note what another client asked."""
        self._asked.append(Noted(text, 0.0))
        self._received_before[text] = 1

    def take(self, course: Course) -> None:
        """Hold one more course against what is there.

        Raises:
            AssertionError: something was lost, or is there that nobody did.
        """
        before, _ = self.kept, self.look()
        self._check_questions(course)
        self._check_server(course, before)
        self._check_drafts(course, before)
        self._check_marks(course)
        self._check_answer(course)
        # what a sync has copied is copied
        assert self.kept.copied >= before.copied - sum(box.is_deleted for box in course.boxes)

    def _check_questions(self, course: Course) -> None:
        self._asked += course.asked
        lost = [
            each for each in self._asked if not each.may_be_gone and not self.kept.has(each.text)
        ]
        assert not lost, lost

    def _check_server(self, course: Course, before: Kept) -> None:
        received = self.received
        pressed = Counter(each.text for each in self._asked)
        assert not received.keys() - pressed.keys(), (received, pressed)
        for box in course.boxes:
            asked = {each.text for each in box.asked}
            again = sum(max(0, received[text] - pressed[text]) for text in asked)
            assert again <= box.retries, box
        for text in pressed.keys() - {each.text for each in course.asked}:
            # of an earlier start: either it was on its way then, or it waits for a person's word
            may_come = before.was_out(text) or (course.has_sent_on and before.is_queued(text))
            most = 1 if may_come else self._received_before[text]
            assert received[text] <= max(most, self._received_before[text]), (text, received[text])
        self._received_before = received

    def _check_drafts(self, course: Course, before: Kept) -> None:
        rest = list(self.kept.drafts.values())
        for box in course.boxes:
            fitting = [each for each in rest if box.may_hold(each, course.settled_until)]
            assert fitting or box.may_hold("", course.settled_until), (box, self.kept.drafts)
            if fitting:
                rest.remove(fitting[0])
        written = {text for box in course.boxes for _, text in box.texts}
        for text in before.drafts.values():
            if text not in written:
                assert text in rest, text
                rest.remove(text)
        for text in course.set_aside:
            assert text in self.kept.earlier or text in self.kept.drafts.values(), text
            rest = [each for each in rest if each != text]
        assert not rest, (rest, list(course.boxes))

    def _check_marks(self, course: Course) -> None:
        self._marks += [each for box in course.boxes for each in box.marks]
        known = {each.text for each in self._marks}
        found: set[str] = set()
        for marks in self.kept.marks.values():
            tags = set(marks.get("tags", ()))
            found |= tags | set(marks.get("note", "").split())
            self._flags |= course.flags.keys() & tags
            is_flagged = bool(marks.get("is_flagged"))
            if len(self._flags & tags) % 2 != is_flagged:
                turned = [each for each in tags if course.flags.get(each, 0) > course.settled_until]
                assert turned, (marks, self._flags)
                self._flags.discard(turned[0])
        lost = [each for each in self._marks if not each.may_be_gone and each.text not in found]
        assert not lost, (lost, self.kept.marks)
        assert found <= known, found - known
        for each in self._marks:
            # what came through once stays
            each.may_be_gone = each.text not in found

    def _check_answer(self, course: Course) -> None:
        """See that what stood on the screen of the last long answer is kept."""
        deleted = {each.text for box in course.boxes if box.is_deleted for each in box.asked}
        for moment, text in reversed(course.shown):
            # by the status line: just after Enter the answer of before may still stand there
            asked = re.search(r"please (\w+) · streaming", text)
            if moment <= course.settled_until and asked is not None:
                if not any(each.endswith(asked[1]) for each in deleted):
                    kept = progress(words_of(self.kept.answer_to(asked[1])))
                    assert kept >= progress(words_of(text)), (kept, asked[1], text)
                return

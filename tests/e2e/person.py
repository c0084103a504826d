"""Person at the real command who does this and that at random, and notes what was done."""

from __future__ import annotations

import random
import time

from tests.e2e.course import Box, Course, Noted
from tests.e2e.hands import ESCAPE, Hands, Over
from tests.e2e.terminal import Terminal

NEW, ENTER, DELETE = "\x0e", "\r", "\x04"
PREVIOUS, TAG, NOTE, FLAG = "\x1b[1;3A", "\x1bt", "\x1bn", "\x1bg"
PAUSE_S = 0.3
LAST_S = 0.6
"""So long the last thing may take."""
LIST_CELLS = 31
"""So wide is the list beside the chat."""


class Person:
    """Types in the session that is open; what stands in its box is known at each moment."""

    def __init__(self, terminal: Terminal, chance: random.Random, course: Course, box: Box) -> None:
        self._terminal = terminal
        self._chance = chance
        self._course = course
        self._box = box
        self._hands = Hands(terminal, course)
        self._count = 0

    def ask_early(self) -> None:
        """Ask before anything is open: a draft of before must not come between."""
        text = f"echo early {self._next()}"
        if self._box.text:
            self._course.set_aside.append(self._box.text)
        self._hands.press(text + ENTER)
        self._note_asked(text, float("inf"))

    def wait_until_open(self, bot: str, *, is_queued: bool) -> None:
        """Wait for the bot's name, and what was written in an earlier start or queued."""
        self._terminal.wait_for(f"work/{bot}")
        if self._box.text:
            # its words may stand elsewhere, and Enter sends no draft that was not seen
            word = self._box.text.split()[-1]
            self._terminal.wait_for(lambda: word in self._composer)
        if is_queued:
            self._terminal.wait_for("waits for your word")
        for each in self._course.asked:
            each.at = time.monotonic()

    def act(self, count: int, *, is_cut: bool) -> None:
        """Ask, do so many things of all that can be done, and one more that may be cut short."""
        steps = [self._ask, self._ask_long, self._write, self._write, self._write]
        steps += [self._tag, self._note, self._stop, self._stop, self._send_on, self._delete]
        try:
            for number in range(count + 1):
                if is_cut and number == count:
                    self._hands.ends_at = time.monotonic() + self._chance.uniform(0, LAST_S)
                step = self._chance.choice(steps) if number else self._ask_long
                step()
                self._hands.watch(self._chance.uniform(0, PAUSE_S))
        except Over:
            return

    def be_heard(self) -> None:
        """Wait until all that was typed has been acted on."""
        self._write()
        self._hands.until(self._box.text.split()[-1])

    # Steps: each begins and ends in the box

    def _ask_long(self) -> None:
        if self._chance.random() < 0.7:
            self._begin_anew()
        self._ask("a long one, please")

    def _ask(self, words: str = "echo") -> None:
        text = self._type(f"{words} {self._next()}")
        self._hands.press(ENTER)
        self._note_asked(text, time.monotonic())

    def _write(self) -> None:
        self._box.put(self._type(f"half{self._next()}"))

    def _tag(self) -> None:
        if not self._box.asked:
            return
        tag = self._in_list(TAG, "Tags of “", "tag")
        if self._chance.random() < 0.5:
            self._course.flags[tag] = time.monotonic()
            self._hands.press(FLAG)
        self._hands.back()

    def _note(self) -> None:
        if self._box.asked:
            self._in_list(NOTE, "Note on “", "note")
            self._hands.back()

    def _stop(self) -> None:
        for _ in range(10 if self._box.asked else 0):
            if self._is_streaming:
                self._hands.press(ESCAPE)
                self._hands.until(lambda: not self._is_streaming)
                self._retry()
                return
            self._hands.watch(0.05)

    def _send_on(self) -> None:
        if not self._box.text and "waits for your word" in self._terminal.text:
            self._course.has_sent_on = True
            self._hands.press(ENTER)

    def _retry(self) -> None:
        if "You stopped here" in self._terminal.text and self._chance.random() < 0.5:
            self._hands.press(PREVIOUS)
            self._hands.until("r Retry")
            self._box.retries += 1
            self._hands.press("r")
            self._begin_anew()

    def _delete(self) -> None:
        if not self._box.asked or self._chance.random() < 0.5:
            return
        self._hands.open_list()
        if "Ctrl+D Delete" in self._terminal.text:
            self._hands.press(DELETE)
            self._hands.until("from the server?")
            # the list may stand on another one while this one is being made
            if is_meant := self._names_this_session:
                self._box.is_deleted = True
            self._hands.press("y" if is_meant else "n")
            self._hands.until(lambda: "from the server?" not in self._terminal.text)
            if is_meant:
                self._hands.until("New session ·")
                self._go_on_anew()
        self._hands.back()

    # What they are made of

    @property
    def _is_streaming(self) -> bool:
        """The answer in this session; Escape gives back a question that is not out yet."""
        # by the title, its first question: of the session before the screen may still tell
        first = self._box.asked[0].text if self._box.asked else "none"
        return f"{first} · streaming" in self._terminal.text

    @property
    def _names_this_session(self) -> bool:
        _, _, below = self._terminal.text.partition("from the server?")
        return any(self._box.asked[0].text in line[LIST_CELLS:] for line in below.split("\n")[:4])

    def _next(self) -> str:
        self._count += 1
        return f"{self._course.mark}n{self._count}"

    def _begin_anew(self) -> None:
        self._hands.press(NEW)
        self._go_on_anew()

    def _go_on_anew(self) -> None:
        self._box = self._course.unmade
        if self._box.text:
            word = self._box.text.split()[-1]
            self._hands.until(lambda: "New session ·" in self._terminal.text)
            self._hands.until(lambda: word in self._composer)

    @property
    def _composer(self) -> str:
        return "".join(line for line in self._terminal.text.splitlines() if "┃" in line)

    def _type(self, words: str) -> str:
        """Type behind what is written, and return all of it."""
        space = " " if self._box.text else ""
        self._hands.press(space + words)
        return f"{self._box.text}{space}{words}"

    def _note_asked(self, text: str, at: float) -> None:
        box = self._box
        box.put(text)
        box.put("")
        box.asked.append(Noted(text, at))
        if box is self._course.unmade:
            # from now on another one is not made yet
            self._course.others.append(box)
            self._course.unmade = Box()

    def _in_list(self, key: str, title: str, kind: str) -> str:
        """Note a word on the session that is open, behind what was noted there."""
        word = f"{kind}{self._next()}"
        self._hands.open_list()
        # it stands on another one while this one is being made
        self._hands.until(lambda: "New session ·" not in self._terminal.text)
        self._hands.press(key)
        self._hands.until(title)
        self._box.marks.append(Noted(word, time.monotonic()))
        self._hands.press(f" {word}{ENTER}")
        self._hands.until(lambda: title not in self._terminal.text)
        return word

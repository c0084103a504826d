"""Course of one start of the real command: what a person did when, and so what must be kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

SETTLED_S = 1.0
"""What was there so long before a kill must be there after it."""


@dataclass(slots=True)
class Noted:
    """Something that was typed and ended with Enter: a question, a tag, a note."""

    text: str
    at: float
    """In seconds of the clock; never, where nothing says that it was heard."""
    may_be_gone: bool = False


@dataclass(slots=True)
class Box:
    """What was written in the box of one session, and since when, and noted on the session."""

    texts: list[tuple[float, str]] = field(default_factory=lambda: [(0.0, "")])
    asked: list[Noted] = field(default_factory=list)
    marks: list[Noted] = field(default_factory=list)
    """Tags and words of the note."""
    retries: int = 0
    is_deleted: bool = False

    @property
    def text(self) -> str:
        return self.texts[-1][1]

    def put(self, text: str) -> None:
        self.texts.append((time.monotonic(), text))

    def may_hold(self, kept: str, settled_until: float) -> bool:
        """Say whether this may be kept of it, when all that stood until then is."""
        if self.is_deleted and not kept:
            return True
        last = max(number for number, (at, _) in enumerate(self.texts) if at <= settled_until)
        texts = [text for _, text in self.texts[last:]]
        return kept == texts[0] or any(
            # a key at a time
            typed.startswith(kept) and (kept.startswith(before) or not typed.startswith(before))
            for before, typed in pairwise(texts)
        )


@dataclass
class Course:
    """All that happened in one start."""

    mark: str
    """Stands in all that is typed."""
    unmade: Box = field(default_factory=Box)
    """Of a session that is not made yet."""
    others: list[Box] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    """Drafts in the place of which something was typed early."""
    flags: dict[str, float] = field(default_factory=dict)
    """By tag: when the flag of the session was turned that had just got it."""
    shown: list[tuple[float, str]] = field(default_factory=list)
    """The screen, as it was read."""
    pressed: list[tuple[float, str]] = field(default_factory=list)
    """The keys, and when."""
    has_sent_on: bool = False
    """A queue that waited was let go on."""
    settled_until: float = 0.0
    """All that was done until then must be kept."""

    @property
    def boxes(self) -> Iterator[Box]:
        yield self.unmade
        yield from self.others

    @property
    def asked(self) -> list[Noted]:
        return [each for box in self.boxes for each in box.asked]

    def end(self, settled_s: float) -> None:
        """Note that the end comes now, which may cost what was done in the last seconds."""
        self.settled_until = time.monotonic() - settled_s
        for box in self.boxes:
            for each in (*box.asked, *box.marks):
                each.may_be_gone |= box.is_deleted or each.at > self.settled_until

    @property
    def report(self) -> str:
        """What was pressed, in seconds before what is settled, and what was seen last."""
        keys = [f"{at - self.settled_until:+.2f} {keys!r}" for at, keys in self.pressed]
        screens = dict.fromkeys(text for _, text in self.shown)
        return "\n".join([*keys, *[*screens][-3:]])

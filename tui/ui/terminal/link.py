"""Link to the terminal, fast or slow: by a person's word, by the environment, or as measured."""

from __future__ import annotations

import os
import termios
import time
from collections.abc import Callable, Mapping
from typing import Protocol, TextIO, runtime_checkable

from msgspec import Struct
from rich.color import ColorSystem

from tui.settings.links import AUTO_LINK, FAST_LINK, SLOW_LINK
from tui.ui.terminal.link_meter import LinkMeter
from tui.ui.terminal.pace import CALM, LIVELY, Pace

SERIAL_KINDS = ("vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "vt510", "vt520")
"""What TERM says of a line with a device at its end, or something that plays one."""
_SERIAL_DEVICES = ("/dev/ttyS", "/dev/ttyUSB", "/dev/ttyACM", "/dev/ttyAMA", "/dev/ttyO")
_FAST_BAUD = 460_800
_BAUDS = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[0] == "B" and name[1:].isdecimal()
}
"""By the constants of `termios`."""


class LinkTerms(Struct, frozen=True):
    """How much is drawn over a link; what is held back is drawn in one frame later."""

    pace: Pace
    """Of the frames of an answer that comes."""
    frames_a_second: int
    """Of all that no key asked for, in any second; 0 for no limit."""
    pending_writes: int
    """With more than so many writes on their way to the terminal no frame is drawn."""
    unanswered_bytes: int | None
    """Nor with more than so many bytes that the terminal has not said it has; `None`: no limit."""
    colours: ColorSystem
    """The most that are drawn."""
    skips_equal: bool
    """What stands there already is not written again, which costs time for each cell."""


FAST = LinkTerms(
    LIVELY,
    frames_a_second=0,
    # one more is drawn while one is on its way
    pending_writes=1,
    unanswered_bytes=None,
    colours=ColorSystem.TRUECOLOR,
    skips_equal=False,
)
SLOW = LinkTerms(
    # half of the frames, so that a key need not wait for its turn
    CALM,
    frames_a_second=4,
    pending_writes=0,
    unanswered_bytes=500,
    colours=ColorSystem.EIGHT_BIT,
    skips_equal=True,
)


class LinkExpectation(Struct, frozen=True):
    """What is to be expected of a link before anything is measured."""

    is_slow: bool
    reason: str
    is_measurable: bool = True
    """Whether what answers is the terminal, and not something on the way that draws there later."""


LOCAL = LinkExpectation(is_slow=False, reason="nothing speaks for a slow one")
_DRAWN_AGAIN = LinkExpectation(
    is_slow=False,
    reason="tmux and screen take all, and draw at their own pace",
    is_measurable=False,
)
_MOSH = LinkExpectation(
    is_slow=True,
    reason="mosh, which takes all and says nothing of the way",
    is_measurable=False,
)


def expectation(environ: Mapping[str, str], baud: int | None = None) -> LinkExpectation:
    """Return what the environment says of a link; `baud` is that of a serial line."""
    kind = environ.get("TERM", "").partition("-")[0]
    if baud is not None and baud < _FAST_BAUD:
        return LinkExpectation(is_slow=True, reason=f"a serial line of {baud:,} baud")
    if kind in SERIAL_KINDS:
        return LinkExpectation(is_slow=True, reason=f"TERM={kind} is a terminal on a serial line")
    if environ.get("TMUX") or environ.get("STY"):
        return _DRAWN_AGAIN
    # Source: mosh-server.cc, which sets it and tells nothing else of itself
    if environ.get("NCURSES_NO_UTF8_ACS") == "1" and environ.get("SSH_CONNECTION"):
        return _MOSH
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return LinkExpectation(is_slow=False, reason="SSH, as fast as it is measured to be")
    return LOCAL


def baud_of(terminal: TextIO | None) -> int | None:
    """Return the speed of a serial line, `None` for what is none."""
    try:
        if terminal is None or not os.ttyname(terminal.fileno()).startswith(_SERIAL_DEVICES):
            return None
        return _BAUDS.get(termios.tcgetattr(terminal.fileno())[5])
    except (OSError, termios.error):
        return None


class Link:
    """Says how much is to be drawn now; what depends on that asks each time.

    `wanted` is one of `LINKS`.
    """

    def __init__(
        self,
        wanted: str = AUTO_LINK,
        expected: LinkExpectation = LOCAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = wanted
        self._expected = expected
        self._clock = clock
        self._meter = LinkMeter(is_slow=expected.is_slow)

    @property
    def wanted(self) -> str:
        return self._wanted

    @property
    def terms(self) -> LinkTerms:
        if self._wanted == AUTO_LINK:
            return SLOW if self._meter.is_slow else FAST
        return SLOW if self._wanted == SLOW_LINK else FAST

    @property
    def is_slow(self) -> bool:
        return self.terms is SLOW

    @property
    def may_ask(self) -> bool:
        """Whether the terminal is asked anything for the sake of the link."""
        return self._wanted != FAST_LINK

    @property
    def is_measured(self) -> bool:
        """Whether it depends on what the terminal takes."""
        return self._wanted == AUTO_LINK and self._expected.is_measurable

    @property
    def reason(self) -> str:
        """Why it is as it is."""
        if self._wanted != AUTO_LINK:
            return "as chosen"
        return self._meter.words or self._expected.reason

    def choose(self, wanted: str) -> None:
        """Have it fast, slow, or as it is measured to be, until the app ends."""
        self._wanted = wanted

    def note_taken(self, size_bytes: int, took_s: float) -> None:
        """Take note that the terminal said, so long after they were written, that it has bytes."""
        if self._expected.is_measurable:
            self._meter.note(size_bytes, took_s, self._clock())


@runtime_checkable
class Linked(Protocol):
    """An app that draws over a link."""

    link: Link

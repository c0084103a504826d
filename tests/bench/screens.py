"""Scenarios of a screen on which no answer comes: each returns its figures by name."""

from __future__ import annotations

import time
from statistics import median

from tests.bench.emulated_screen import FRAME_ENDS
from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures
from tests.bench.laboratory import HARDWIRE, NARROW, Laboratory
from tests.bench.plan import UNBOUNDED
from tests.bench.pseudo_terminal import PseudoTerminal
from tests.bench.streaming import ENTER, NEW_SESSION, ask
from tests.bench.world import Furnishing, first_word, last_word

_SESSIONS, _CLOSE = "\x13", "\x1b"
_PAGE_UP, _TO_TRANSCRIPT, _FIRST = "\x1b[5~", "\x1b[1;3A", "g"
_FILTER = "chat 01a"
"""Words in the names that HardWire tells."""
_UNNAMED_FILTER = "quest"
_LIMIT_S = 60.0
_WARM_OPENINGS = 3
_FEW_SESSIONS = 100
_DRAGS = 3
_DRAG_EVERY_S = 0.05
_TYPED_EVERY_S = 0.2


def quiet(lab: Laboratory) -> Figures:
    """What is written while nothing happens, and while the first token is waited for."""
    plan = lab.plan("mixed", 1, UNBOUNDED)
    with lab.open_runnel() as subject:
        idle = _bytes_per_s(subject.terminal, lab.extent.watch_s)
        ask(lab, subject, plan)
        subject.terminal.wait_calm(_LIMIT_S)
        waiting = _bytes_per_s(subject.terminal, lab.extent.watch_s)
    return {"idle bytes/s": idle, "waiting for the first token bytes/s": waiting}


def history(lab: Laboratory) -> Figures:
    """Long sessions: opened, left, opened again, paged and read from the beginning."""
    figures, warm_s = Figures(), list[list[float]]()
    for messages in lab.extent.histories:
        lab.server.furnish(Furnishing(3, messages))
        with lab.open_runnel() as subject:
            terminal = subject.terminal
            first_s = _open_first_session(terminal)
            warm_s.append([_reopen(terminal) for _ in range(_WARM_OPENINGS)])
            terminal.press(_TO_TRANSCRIPT, _LIMIT_S)
            pages_s = _page_up(terminal, lab.extent.pages)
            since = terminal.written_bytes
            asked_at = terminal.send(_FIRST)
            first_at = terminal.shown_at(first_word(0), since, limit_s=lab.extent.limit_s)
            figures |= {
                f"{messages:,} messages: first opened s": first_s,
                f"{messages:,} messages: opened from memory s": warm_s[-1],
                f"{messages:,} messages: a page up, median ms": median(pages_s) * 1000,
                f"{messages:,} messages: a page up, worst ms": max(pages_s) * 1000,
                f"{messages:,} messages: peak MB": terminal.peak_mb,
            }
            if first_at is not None:
                figures[f"{messages:,} messages: to the beginning s"] = first_at - asked_at
    lab.server.furnish()
    shortest, longest = warm_s[0], warm_s[-1]
    return figures | {
        "longest from memory s": longest,
        "shortest from memory s": shortest,
        "longest ÷ shortest from memory": [each / median(shortest) for each in longest],
    }


def sessions(lab: Laboratory) -> Figures:
    """A long list of sessions: read, shown from memory, filtered; beside a short list.

    HardWire tells the names. Those of the other API are read one by one once a filter looks for
    them, which has no end in sight: of its keys only the first frame after each is measured.
    """
    short_s, short_keys_s, _ = _listed(lab, _FEW_SESSIONS, _FILTER[:2])
    shown_s, keys_s, others = _listed(lab, lab.extent.sessions, _FILTER)
    if lab.extent.is_full:
        unnamed_ms = [each * 1000 for each in _filtered_unnamed(lab)]
        others["a filter key to its frame while names are read ms"] = unnamed_ms
    return others | {
        "list shown from memory s": shown_s,
        "short list shown from memory s": short_s,
        "a filter keystroke, median ms": median(keys_s) * 1000,
        "a filter keystroke, worst ms": max(keys_s) * 1000,
        "short list: a filter keystroke, median ms": median(short_keys_s) * 1000,
    }


def resize(lab: Laboratory) -> Figures:
    """A window whose edge is dragged, over a long session and over an app with nothing in it."""
    lab.server.furnish(Furnishing(3, lab.extent.opened_messages))
    steps = lab.extent.steps
    with lab.open_runnel() as subject, lab.empty_app() as empty:
        _open_first_session(subject.terminal)
        dragged_ms = [_dragged_ms(subject.terminal, steps) for _ in range(_DRAGS)]
        empty_ms = [_dragged_ms(empty, steps) for _ in range(_DRAGS)]
        figures: Figures = {
            "a step of a resize, CPU ms": dragged_ms,
            "empty app: a step, CPU ms": empty_ms,
        }
        if lab.extent.is_full:
            single_ms = _dragged_ms(subject.terminal, steps, is_each_drawn=True)
            figures["a step that is drawn before the next, CPU ms"] = single_ms
    lab.server.furnish()
    return figures


def _listed(lab: Laboratory, count: int, words: str) -> tuple[list[float], list[float], Figures]:
    """Return how long a list took to be shown again and again, its filter, and all else."""
    lab.server.furnish(Furnishing(count))
    began_at = time.monotonic()
    with lab.open_runnel(HARDWIRE) as subject:
        terminal = subject.terminal
        read_s = terminal.last_written_at(began_at) - began_at
        read_stall_s = subject.longest_stall(began_at, time.monotonic()).wall_s
        # from the box to the list beside the chat, from there to the one over the screen
        terminal.press(_SESSIONS, _LIMIT_S)
        shown_s = [terminal.press(_SESSIONS, _LIMIT_S).to_rest_s]
        for _ in range(_WARM_OPENINGS - 1):
            terminal.press(_CLOSE, _LIMIT_S)
            shown_s.append(terminal.press(_SESSIONS, _LIMIT_S).to_rest_s)
        keys_s = [terminal.press(letter, _LIMIT_S).to_rest_s for letter in words]
        others: Figures = {
            "start to the list from the server s": read_s,
            "longest stall while it is read ms": read_stall_s * 1000,
            "peak MB": terminal.peak_mb,
        }
    lab.server.furnish()
    return shown_s, keys_s, others


def _filtered_unnamed(lab: Laboratory) -> list[float]:
    """Return how long each letter took to be drawn that filters sessions without names."""
    lab.server.furnish(Furnishing(lab.extent.sessions))
    with lab.open_runnel() as subject:
        terminal = subject.terminal
        terminal.press(_SESSIONS, _LIMIT_S)
        keys_s = []
        for letter in _UNNAMED_FILTER:
            since = terminal.written_bytes
            typed_at = terminal.send(letter)
            keys_s.append(terminal.wait_seen(FRAME_ENDS, since, limit_s=_LIMIT_S) - typed_at)
            time.sleep(_TYPED_EVERY_S)
    lab.server.furnish()
    return keys_s


def _dragged_ms(terminal: PseudoTerminal, steps: int, *, is_each_drawn: bool = False) -> float:
    """Make a window narrower and wider again step by step, and return the CPU time of each.

    As fast as a person drags several steps may be drawn as one, on a busy machine more of them.
    """
    columns, rows = NARROW
    # away from the width at which the list goes
    widths = [columns - 1 - abs(steps // 2 - each) % 15 for each in range(steps)]
    before = terminal.snapshot()
    for width in widths:
        since = terminal.written_bytes
        terminal.resize((width, rows))
        time.sleep(_DRAG_EVERY_S)
        if is_each_drawn:
            terminal.wait_seen(FRAME_ENDS, since, limit_s=_LIMIT_S)
            terminal.wait_calm(_LIMIT_S, _DRAG_EVERY_S)
    terminal.resize(NARROW)
    if not terminal.wait_calm(_LIMIT_S):
        raise NotMeasured("the screen was not quiet again after a resize")
    return (terminal.snapshot().cpu_s - before.cpu_s) / (len(widths) + 1) * 1000


def _bytes_per_s(terminal: PseudoTerminal, watch_s: float) -> float:
    before = terminal.snapshot()
    time.sleep(watch_s)
    after = terminal.snapshot()
    return (after.written_bytes - before.written_bytes) / (after.at - before.at)


def _open_first_session(terminal: PseudoTerminal) -> float:
    """Open the session at the head of the list and return how long its end took to appear."""
    terminal.press(_SESSIONS, _LIMIT_S)
    since = terminal.written_bytes
    opened_at = terminal.send(ENTER)
    seen_at = terminal.wait_seen(last_word(0), since, limit_s=_LIMIT_S)
    terminal.wait_calm(_LIMIT_S)
    return seen_at - opened_at


def _reopen(terminal: PseudoTerminal) -> float:
    terminal.press(NEW_SESSION, _LIMIT_S)
    return _open_first_session(terminal)


def _page_up(terminal: PseudoTerminal, pages: int) -> list[float]:
    """Page up, no further than the beginning, and return how long each page took."""
    since, pages_s = terminal.written_bytes, list[float]()
    while len(pages_s) < pages and terminal.seen_at(first_word(0), since) is None:
        pages_s.append(terminal.press(_PAGE_UP, _LIMIT_S).to_frame_s)
    return pages_s

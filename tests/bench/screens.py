"""Scenarios of everything but streaming: each returns its figures by name, of one repetition."""

from __future__ import annotations

import time
from statistics import median

from tests.bench.answers import Figures
from tests.bench.laboratory import RUNNEL, Laboratory
from tests.bench.plan import UNBOUNDED
from tests.bench.pseudo_terminal import PseudoTerminal
from tests.bench.streaming import ENTER, asked
from tests.bench.world import FIRST_WORD, LAST_WORD

_SESSIONS, _NEW_SESSION = "\x13", "\x0e"
_PAGE_UP, _TO_TRANSCRIPT, _FIRST = "\x1b[5~", "\x1b[1;3A", "g"
_FILTER = "question"
_LIMIT_S = 60.0
_WARM_OPENINGS = 3


def start(lab: Laboratory) -> Figures:
    """The first frame, beside that of a Textual app with nothing in it."""
    # the first start of a fresh copy compiles it
    lab.first_paint(of_runnel=True)
    empty = lab.first_paint(of_runnel=False)
    runnel = lab.first_paint(of_runnel=True)
    return {
        "empty Textual app: first paint s": empty.frame_s,
        f"{RUNNEL}: first paint s": runnel.frame_s,
        f"{RUNNEL}: first paint ÷ empty app": runnel.frame_s / empty.frame_s,
        f"{RUNNEL}: CPU until then ÷ empty app": runnel.cpu_s / empty.cpu_s,
        f"{RUNNEL}: a letter typed at the first frame s": runnel.letter_s,
    }


def quiet(lab: Laboratory) -> Figures:
    """What is written while nothing happens, and while the first token is waited for."""
    plan = lab.plan("mixed", 1, UNBOUNDED)
    with lab.open_runnel() as subject:
        idle = _bytes_per_s(subject.terminal, lab.extent.watch_s)
    with asked(lab, RUNNEL, plan) as subject:
        subject.terminal.wait_calm(_LIMIT_S)
        waiting = _bytes_per_s(subject.terminal, lab.extent.watch_s)
    return {"idle bytes/s": idle, "waiting for the first token bytes/s": waiting}


def history(lab: Laboratory) -> Figures:
    """Long sessions: opened, left, opened again, paged and read from the beginning."""
    figures, warm_s = Figures(), []
    for messages in lab.extent.histories:
        lab.server.furnish(sessions=3, messages=messages)
        with lab.open_runnel() as subject:
            terminal = subject.terminal
            cold_s = _open_first_session(terminal)
            warm_s.append(median(_reopen(terminal) for _ in range(_WARM_OPENINGS)))
            terminal.press(_TO_TRANSCRIPT, _LIMIT_S)
            pages_s = _page_up(terminal, lab.extent.pages)
            since = terminal.written_bytes
            asked_at = terminal.send(_FIRST)
            first_at = terminal.shown_at(FIRST_WORD, since, limit_s=lab.extent.limit_s)
            figures |= {
                f"{messages:,} messages: opened from the server s": cold_s,
                f"{messages:,} messages: opened from memory s": warm_s[-1],
                f"{messages:,} messages: a page up, median ms": median(pages_s) * 1000,
                f"{messages:,} messages: a page up, worst ms": max(pages_s) * 1000,
                f"{messages:,} messages: peak MB": terminal.peak_mb,
            }
            if first_at is not None:
                figures[f"{messages:,} messages: to the beginning s"] = first_at - asked_at
    figures["longest from memory s"] = warm_s[-1]
    figures["longest ÷ shortest from memory"] = warm_s[-1] / warm_s[0]
    return figures


def sessions(lab: Laboratory) -> Figures:
    """A long list of sessions: read, shown from memory, filtered."""
    lab.server.furnish(sessions=lab.extent.sessions)
    began_at = time.monotonic()
    with lab.open_runnel() as subject:
        terminal = subject.terminal
        read_s = terminal.last_written_at(began_at) - began_at
        read_stall_s = subject.longest_stall(began_at, time.monotonic()).wall_s
        terminal.press(_SESSIONS, _LIMIT_S)
        shown_s = terminal.press(_SESSIONS, _LIMIT_S).to_rest_s
        keys_s = [terminal.press(letter, _LIMIT_S).to_rest_s for letter in _FILTER]
        peak_mb = terminal.peak_mb
    lab.server.furnish()
    return {
        "start to the list from the server s": read_s,
        "longest stall while it is read ms": read_stall_s * 1000,
        "list shown from memory s": shown_s,
        "a filter keystroke, median ms": median(keys_s) * 1000,
        "a filter keystroke, worst ms": max(keys_s) * 1000,
        "peak MB": peak_mb,
    }


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
    seen_at = terminal.wait_seen(LAST_WORD, since, limit_s=_LIMIT_S)
    terminal.wait_calm(_LIMIT_S)
    return seen_at - opened_at


def _reopen(terminal: PseudoTerminal) -> float:
    terminal.press(_NEW_SESSION, _LIMIT_S)
    return _open_first_session(terminal)


def _page_up(terminal: PseudoTerminal, pages: int) -> list[float]:
    """Page up, no further than the beginning, and return how long each page took."""
    since, pages_s = terminal.written_bytes, list[float]()
    while len(pages_s) < pages and terminal.seen_at(FIRST_WORD, since) is None:
        pages_s.append(terminal.press(_PAGE_UP, _LIMIT_S).to_frame_s)
    return pages_s

"""Scenario of many long sessions: what is read of them at the start, opened cold, kept."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Figures
from tests.bench.laboratory import RUNNEL, Laboratory
from tests.bench.pseudo_terminal import PseudoTerminal
from tests.bench.streaming import ENTER
from tests.bench.world import Furnishing, last_word

_SESSIONS, _NEXT, _PREVIOUS, _FIRST, _LAST = "\x13", "\x1b[B", "\x1b[A", "\x1b[H", "\x1b[F"
_PAGE_DOWN, _ROWS_A_PAGE = "\x1b[6~", 8
_LIMIT_S = 60.0
_CALM_S, _LONG_CALM_S = 0.1, 1.0
_FEW = 10
_MORE = 60
"""Sessions that stand below those in sight."""


def memory(lab: Laboratory) -> Figures:
    """Read a list of long sessions, open its last one cold, then many one after the other."""
    wanted = lab.extent.opened
    furnishing = Furnishing(wanted + _MORE, lab.extent.opened_messages, wanted + _MORE)
    figures = Figures()
    lab.server.furnish(furnishing)
    with lab.open_runnel() as subject:
        calls = lab.server.calls
        figures |= {
            f"{RUNNEL}: histories read at start": float(calls.histories),
            f"{RUNNEL}: read at start MB": calls.history_bytes / 1e6,
            f"{RUNNEL}: after the start MB": subject.terminal.resident_mb,
        }
        residents_mb = _open_all(subject.terminal, wanted)
        peak_mb = subject.terminal.peak_mb
    lab.server.furnish()
    return figures | {
        f"{RUNNEL}: after {_FEW} sessions MB": residents_mb[_FEW - 1],
        f"{RUNNEL}: after all sessions MB": residents_mb[-1],
        f"{RUNNEL}: grown since the tenth MB": residents_mb[-1] - residents_mb[_FEW - 1],
        f"{RUNNEL}: peak MB": peak_mb,
    }


def cold(lab: Laboratory) -> Figures:
    """Open sessions far down the list that nothing is known of, and each of them again."""
    count = lab.extent.opened + _MORE
    lab.server.furnish(Furnishing(count, lab.extent.opened_messages, count))
    cold_s, warm_s = list[float](), list[float]()
    with lab.open_runnel() as subject:
        for keys, number in _far_down(count):
            # in one go: nothing in sight down there may be read before
            cold_s.append(_opened_s(subject.terminal, keys + ENTER, number))
            _opened_s(subject.terminal, _PREVIOUS + ENTER, number - 1)
            warm_s.append(_opened_s(subject.terminal, _NEXT + ENTER, number))
    lab.server.furnish()
    return {"opened cold s": cold_s, "opened again s": warm_s}


def _far_down(count: int) -> Iterator[tuple[str, int]]:
    """Yield the keys that lead to a row of the list, and its number; no two in sight of another."""
    yield _LAST, count - 1
    for pages in (4, 7):
        yield _FIRST + _PAGE_DOWN * pages, pages * _ROWS_A_PAGE


def _open_all(terminal: PseudoTerminal, count: int) -> list[float]:
    """Open sessions one after the other and return what was resident after each, in MB."""
    residents_mb = []
    for number in range(count):
        since = terminal.written_bytes
        terminal.send(_SESSIONS + (_NEXT if number else "") + ENTER)
        terminal.wait_seen(last_word(number), since, limit_s=_LIMIT_S)
        is_looked_at = number + 1 in {_FEW, count}
        terminal.wait_calm(_LIMIT_S, _LONG_CALM_S if is_looked_at else _CALM_S)
        residents_mb.append(terminal.resident_mb)
    return residents_mb


def _opened_s(terminal: PseudoTerminal, keys: str, number: int) -> float:
    """Press `keys` in the list and return how long the end of a session took to appear."""
    terminal.send(_SESSIONS)
    terminal.wait_calm(_LIMIT_S)
    since = terminal.written_bytes
    opened_at = terminal.send(keys)
    seen_at = terminal.wait_seen(last_word(number), since, limit_s=_LIMIT_S)
    terminal.wait_calm(_LIMIT_S)
    return seen_at - opened_at

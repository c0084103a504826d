"""Ages of words when they came into sight on an emulated screen."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from statistics import quantiles

from tests.bench.emulated_screen import Chunk, EmulatedScreen
from tests.bench.failure import NotMeasured
from tests.bench.laboratory import Size
from tests.bench.plan import Plan
from tests.bench.texts import COUNTED


def ages_s(
    plan: Plan, written_at: Sequence[float], chunks: Iterable[Chunk], size: Size
) -> list[float]:
    """Return of each word of an answer how old it was when it came into sight, in seconds.

    `written_at` has the time of each token, `chunks` are what was written to the terminal from
    the start of the program. A word counts from the token that ended it to the frame that shows it
    whole, or one behind it.

    Raises:
        NotMeasured: the last words never came into sight.
    """
    pieces = [piece for part in plan.pieces() for piece in part]
    ends = list(accumulate(map(len, pieces)))
    pattern = COUNTED[plan.shape]
    words = list(pattern.finditer("".join(pieces)))
    sights = _sights(chunks, size, pattern)
    newest, ages, seen_at = "", list[float](), 0.0
    for word in words:
        while newest < word[0]:
            try:
                seen_at, newest = next(sights)
            except StopIteration:
                raise NotMeasured(f"{word[0]} of {words[-1][0]} was never on the screen") from None
        ages.append(seen_at - written_at[bisect_right(ends, word.end() - 1)])
    return ages


def percentiles_ms(values_s: Sequence[float]) -> tuple[float, float]:
    """Return the 50th and the 95th percentile in milliseconds."""
    parts = quantiles(values_s, n=100, method="inclusive")
    return parts[49] * 1000, parts[94] * 1000


def _sights(
    chunks: Iterable[Chunk], size: Size, words: re.Pattern[str]
) -> Iterator[tuple[float, str]]:
    """Yield when a word newer than all before came into sight, and the newest then in sight."""
    screen = EmulatedScreen(size)
    newest = ""
    for at in screen.show(chunks):
        for text in screen.changed_rows():
            newest = max([newest, *words.findall(text)])
        yield at, newest

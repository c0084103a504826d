from __future__ import annotations

import html
import json
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyte
import pytest

from tests.e2e.quick_screen import QuickScreen
from tests.tables import each_row
from tests.unit.cli.conftest import Run

COLUMNS, ROWS = 110, 40
SIZE = ("--size", f"{COLUMNS}x{ROWS}")
_UNKNOWN = re.compile(r"\x1b\[[<=>?][\d;]*[a-zA-Z$]+|\x1bP.*?\x1b\\|\x1b\].*?(?:\x07|\x1b\\)", re.S)
"""What pyte would print as text."""


def rows_of_film(lines: list[str], moments: Sequence[float]) -> Iterator[list[str]]:
    """Yield the words of each row that a player shows at moments of an asciicast, in order."""
    screen = QuickScreen(COLUMNS, ROWS)
    stream, now_s, waiting = pyte.Stream(screen), 0.0, deque(moments)
    for interval_s, code, data in map(json.loads, lines[1:]):
        now_s += interval_s
        # as far as thousandths go
        while waiting and now_s > waiting[0] + 0.0005:
            waiting.popleft()
            yield ["".join(row.split()) for row in screen.display]
        if code == "o" and waiting:
            stream.feed(_UNKNOWN.sub("", data))
    for _ in waiting:
        yield ["".join(row.split()) for row in screen.display]


def rows_of_still(svg: str) -> list[str]:
    """Return the words of each row of a still, below its title."""
    pieces = defaultdict[float, list[tuple[float, str]]](list)
    for fields, text in re.findall(r"<text([^>]*)>(.*?)</text>", svg, re.S):
        place = dict(re.findall(r'(\w+)="([^"]*)"', fields))
        pieces[float(place["y"])].append((float(place["x"]), html.unescape(text)))
    rows = [
        "".join("".join(text for _, text in sorted(row)).split())
        for _, row in sorted(pieces.items())
    ]
    return [each for each in rows if each and each != "Runnel"]


@pytest.mark.slow
@each_row(("name", "moments"), [("demo", (1.2, 4.0, 6.0, 7.5)), ("long", (4.0,)), ("slow", (2.5,))])
def test_a_still_of_a_moment_is_what_the_film_shows_then(
    name: str, moments: tuple[float, ...], run: Run, tmp_path: Path
) -> None:
    # at 4.0 s what changes each second has changed, and is in no frame yet; what comes behind the
    # last is not looked at
    file = str(tmp_path / name)
    run("tape", "cut", name, "--to", str(moments[-1] + 0.3), "--output", file)
    _, film, _ = run("tape", "cast", file, *SIZE)
    for at_s, rows in zip(moments, rows_of_film(film.splitlines(), moments), strict=True):
        _, still, _ = run("tape", "svg", file, "--at", str(at_s), *SIZE)
        assert rows_of_still(still) == [each for each in rows if each], at_s

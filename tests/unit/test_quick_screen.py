from __future__ import annotations

import random

import pyte

from tests.e2e.quick_screen import QuickScreen
from tests.fuzz import FUZZ

PIECES = (
    *(
        "word",
        " ",
        "│ box ▕",
        "退款",
        "e\u0301",
        "\u200b",
        "👩\u200d👧",
        "\t",
        "\r\n",
        "\n",
        "\x08",
    ),
    *("\x1b[3;4H", "\x1b[9;19H", "\x1b[K", "\x1b[2J", "\x1b[31;1m", "\x1b[m", "\x1b[4h", "\x1b[4l"),
    *("\x1b[?7l", "\x1b[?7h", "\x1b(0qx", "\x1b(B", "\x0e", "\x0f", "\x1b[2L", "\x1b[3P", "\x1bM"),
)


def cells(screen: pyte.Screen) -> list[list[str]]:
    return [[screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)]


def test_it_shows_the_same_text_as_the_one_that_it_is_faster_than() -> None:
    chance = random.Random(FUZZ)
    quick, usual = QuickScreen(20, 9), pyte.Screen(20, 9)
    streams = [pyte.Stream(quick), pyte.Stream(usual)]
    for _ in range(1_000 * FUZZ):
        piece = chance.choice(PIECES)
        for stream in streams:
            stream.feed(piece)
        assert cells(quick) == cells(usual), piece
        assert (quick.cursor.x, quick.cursor.y) == (usual.cursor.x, usual.cursor.y)

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.tables import each_row
from tui.model import Profile
from tui.ui.chat.welcome import Row, StarterMarks, Welcome

STARTERS = ("First things first", "Then the second", "A third one at the end")
DEMO = Profile("demo", "hardwire", "http://127.0.0.1:3026", embedded=True, starters=STARTERS)
WORK = Profile("work", "gpt-trainer", "https://chat.example.com/a/long/way/to/it")
MARK = "▀ ▀ ▀▀▀"
KEYS = {
    "composer.send": "Enter", "composer.later": "Down", "app.profile": "F4", "app.help": "F1",
    "app.palette": "Ctrl+P", "chat.sessions": "Ctrl+S", "chat.new": "Ctrl+N", "chat.bot": "F6",
    "replay.pause": "Space", "replay.step": ".", "replay.back": "Left", "replay.on": "Right",
    "replay.faster": "+", "replay.slower": "-",
}  # fmt: skip
DEMO_PARTS = (MARK, "F4 adds a server.", "Enter plays it", "Runnel: your hosted", "First things")
"""In the order in which they go."""
WORK_PARTS = (MARK, "all commands", "work", "Type a question, and Enter sends it.")
SIZES = [(width, height) for width in range(8, 130, 3) for height in range(1, 40)]


def rows(
    profile: Profile, width: int, height: int, marks: StarterMarks | None = None
) -> Sequence[Row]:
    return Welcome(profile, KEYS.__getitem__).rows(width, height, marks or StarterMarks())


def text_of(drawn: Sequence[Row]) -> str:
    return " ".join(" ".join(row.content.plain for row in drawn).split())


def shown(profile: Profile, width: int, height: int) -> str:
    return text_of(rows(profile, width, height))


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "parts"), [(DEMO, DEMO_PARTS), (WORK, WORK_PARTS)])
def test_it_has_room_at_any_size_and_its_parts_go_whole_and_in_their_order(
    profile: Profile, parts: Sequence[str]
) -> None:
    for width, height in SIZES:
        drawn = rows(profile, width, height)
        assert len(drawn) <= height
        assert all(row.content.cell_length <= width for row in drawn)
        text = text_of(drawn)
        if height >= 12 and width >= 26:
            there = [part in text for part in parts]
            assert there == sorted(there), (width, height, text)
            for part, whole in (
                ("Runnel: your", "in the terminal. Nothing here leaves this machine."),
                ("Enter plays it", "Down goes on to the next · or just type"),
                ("F4 adds", "Your own chatbot? F4 adds a server."),
                ("First things", "Then the second A third one at the end"),
            ):
                assert part not in text or whole in text


@each_row(
    ("size", "count"),
    [
        ((36, 5), 1),
        ((36, 8), 3),
        ((36, 9), 4),
        ((58, 13), 4),
        ((58, 14), 5),
        ((78, 17), 5),
        ((100, 34), 5),
        ((160, 50), 5),
    ],
)
def test_how_much_is_shown_of_the_demo(size: tuple[int, int], count: int) -> None:
    text = shown(DEMO, *size)
    assert sum(part in text for part in DEMO_PARTS) == count


def test_the_selected_starter_is_in_sight_where_there_is_room_for_one_only() -> None:
    for selected, starter in enumerate(STARTERS):
        (row,) = rows(DEMO, 40, 1, StarterMarks(selected))
        assert row.content.plain == f"❯ {starter}"
        assert row.starter == selected


def test_no_starter_is_marked_while_enter_is_for_what_is_written() -> None:
    drawn = [row for row in rows(DEMO, 60, 20, StarterMarks(None)) if row.starter is not None]
    assert [row.content.plain for row in drawn] == [f"  {starter}" for starter in STARTERS]


def test_each_row_knows_the_starter_that_it_shows_some_of() -> None:
    drawn = rows(DEMO, 14, 30)
    of_second = " ".join(row.content.plain.strip() for row in drawn if row.starter == 1)
    assert of_second == STARTERS[1]


@pytest.mark.slow
def test_a_server_of_ones_own_has_nothing_of_the_demo() -> None:
    for width, height in SIZES:
        drawn = rows(WORK, width, height)
        text = text_of(drawn)
        assert "plays" not in text
        assert "leaves this machine" not in text
        assert all(row.starter is None for row in drawn)


def test_a_visitor_is_not_told_that_nothing_leaves_their_machine() -> None:
    welcome = Welcome(DEMO, KEYS.__getitem__, adds_servers=False)
    text = " ".join(row.content.plain for row in welcome.rows(100, 30, StarterMarks()))
    assert "A demo: no real chatbot answers here." in text
    assert "this machine" not in text
    assert "adds a server" not in text


def test_a_replay_tells_its_own_keys_and_nothing_of_asking_or_of_a_server() -> None:
    welcome = Welcome(WORK, KEYS.__getitem__, takes_questions=False)
    lines = [row.content.plain for row in welcome.rows(100, 30, StarterMarks())]
    assert "Runnel: your hosted chatbots, in the terminal. A tape plays here." in lines
    assert "Space   pause, go on        .       one event" in lines
    text = " ".join(lines)
    for other in ("Type a question", "new session", "other servers", "https://", "work"):
        assert other not in text, other


def test_a_long_key_stands_apart_from_its_words_and_a_lost_one_is_not_told() -> None:
    keys = {**KEYS, "chat.bot": "Ctrl+Shift+B", "chat.new": ""}
    lines = [
        row.content.plain for row in Welcome(WORK, keys.__getitem__).rows(80, 30, StarterMarks())
    ]
    assert "Ctrl+S        sessions            Ctrl+Shift+B  chatbot or model" in lines
    assert not any("new session" in each for each in lines)

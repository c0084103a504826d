from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.animation import Frame, animated
from tests.screenshots import FOLDER, MOMENTS, SHOTS, Film, Shot, drawn, main, stale, write

NARROW = {"narrow": SHOTS["narrow"]}
MOST_BYTES = 300_000
"""What a picture at the top of a page may weigh."""


async def test_a_shot_in_the_middle_of_an_answer_is_the_same_each_time() -> None:
    # `--check` holds it of all, each run of the checks against another
    shot = SHOTS["streaming"]
    assert isinstance(shot, Shot)
    assert await drawn(shot) == await drawn(shot)


def test_what_was_just_drawn_is_not_stale_and_a_changed_file_is(tmp_path: Path) -> None:
    folder = tmp_path / "screenshots"
    write(folder, NARROW)
    assert stale(folder, NARROW) == []
    file = folder / "narrow.svg"
    file.write_text(file.read_text(encoding="utf-8").replace("Runnel", "Brook"), encoding="utf-8")
    assert stale(folder, NARROW) == ["narrow.svg"]


def test_a_missing_file_is_stale(tmp_path: Path) -> None:
    assert stale(tmp_path, NARROW) == ["narrow.svg"]


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_film_is_a_replay_at_moments_that_are_worth_a_look_and_weighs_little() -> None:
    frames = [*Film(moments=MOMENTS[3::3]).frames()]
    shown = [re.sub(r"<[^>]*>", "", each.svg).replace("&#160;", " ") for each in frames]
    assert ["UPSTREAM_TIMEOUT" in each for each in shown] == [True, True]
    assert ["Day train" in each for each in shown] == [False, True]
    assert ["streaming 3 s" in each for each in shown] == [True, False]
    # the first row of the answer is in sight to its end
    assert all("Let me look at the trains first." in each for each in shown)
    assert "3 tools" in shown[-1]
    assert (FOLDER / "play.svg").stat().st_size < MOST_BYTES


def screen(*texts: str) -> str:
    """Return a picture of its own id, with a row for each text in looks of its own."""
    looks = "".join(f".terminal-7-r{at} {{ fill: #{at}; }}\n" for at, _ in enumerate(texts))
    rows = "".join(
        f'<text class="terminal-7-r{at}" y="{at}">{text}</text>' for at, text in enumerate(texts)
    )
    clipped = '<g clip-path="url(#terminal-7-clip-terminal)">'
    return f"<svg><style>{looks}</style>{clipped}<g>{rows}</g></g></svg>"


def test_each_shape_of_a_film_is_there_once_and_seen_in_its_frames_alone() -> None:
    pictures = [("a", "b"), ("a", "c"), ("a", "b", "d")]
    film = animated([Frame(screen(*texts), at + 1.0) for at, texts in enumerate(pictures)])
    assert "terminal-7" not in film
    groups = re.findall(r'<g(?: class="(s\d)")?>\n<text [^>]*>(\w)</text>', film)
    seen = {
        letter: [is_seen(film, name, at_s) for at_s in (0.5, 1.5, 3.5)] for name, letter in groups
    }
    assert seen == {letter: [letter in texts for texts in pictures] for letter in "abcd"}


def is_seen(film: str, name: str, at_s: float) -> bool:
    """Say whether a group is seen so late in six seconds; one without a name always is."""
    steps = re.search(rf"@keyframes {name} (.*)", film) if name else None
    changes = re.findall(r"([\d.]+)% \{ visibility: (\w+)", steps[1] if steps else "")
    looks = [look for percent, look in changes if float(percent) * 6 / 100 <= at_s]
    return not looks or looks[-1] == "visible"

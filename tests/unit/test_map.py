from __future__ import annotations

import re
from pathlib import Path

from tests.tables import each_row

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "tui" / "README.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:\w+/)*\w+\.py|tests/[\w/]+)`", MAP)))

PLACES = re.findall(r"`(?:\w+\.)?(\w+)`[^`.;:()]{1,12}`((?:\w+/)*\w+\.py)`", MAP)


@each_row("path", [each for each in PATHS if each != "description.py"])
def test_the_map_leads_to_what_there_is(path: str) -> None:
    base = ROOT if path.startswith("tests/") else ROOT / "tui"
    assert (base / path).exists()


@each_row(("name", "path"), PLACES)
def test_what_the_map_names_is_where_it_says(name: str, path: str) -> None:
    source = (ROOT / "tui" / path).read_text(encoding="utf-8")
    assert re.search(rf"^ *(async def|def|class) {name}\b|^{name}\b", source, re.M)


def test_the_map_shows_every_floor() -> None:
    shown = set(re.findall(r"`(\w+)`", MAP))
    floors = {each.stem for each in (ROOT / "tui").iterdir() if each.suffix in ("", ".py")}
    rooms = {each.stem for each in (ROOT / "tui" / "ui").iterdir() if each.suffix in ("", ".py")}
    assert {each for each in floors | rooms if not each.startswith("_")} <= shown

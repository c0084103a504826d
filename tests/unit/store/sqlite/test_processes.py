from __future__ import annotations

from pathlib import Path

from tui.store.sqlite.processes import RUNNING_FOLDER, Processes


def test_who_comes_clears_away_what_the_dead_left_and_nothing_of_the_living(tmp_path: Path) -> None:
    folder = tmp_path / RUNNING_FOLDER
    living, next_one = Processes(tmp_path), Processes(tmp_path)
    living.enter()
    for number in range(3):
        (folder / f"{number:032x}").touch()
    next_one.enter()
    assert {each.name for each in folder.iterdir()} == {living.own, next_one.own}
    assert next_one.is_alive(living.own)
    assert living.is_alive(next_one.own)
    living.leave()
    assert not next_one.is_alive(living.own)
    next_one.leave()
    assert not [*folder.iterdir()]

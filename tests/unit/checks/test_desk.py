from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON, connection, present, says
from tests.unit.checks.test_running import BOT, Deleting, case, suite
from tests.waiting import until
from tui.checks.case_report import changes_of, details_of
from tui.checks.desk import line_of, opened, read_suites
from tui.checks.expectations import Answer
from tui.checks.live_run import LiveRun
from tui.checks.reading import read_suite
from tui.checks.records import kept_counts, run_record
from tui.checks.run import Attempt, FormerAnswers, SuiteRun, TurnResult
from tui.checks.running import Keep, Plan
from tui.store import KeptRun
from tui.store.memory_rows import MemoryRows, MemoryRuns

PRICES = """
name = "Prices"
[[case]]
name = "Refund"
ask = "Refund?"

[[case]]
name = "Price"
ask = "Price?"
contains = "4"
[[case]]
name = "New"
ask = "New?"
"""


def attempt(name: str, text: str, *faults: str, session_id: str = "") -> Attempt:
    turn = TurnResult(f"{name}?", Answer(text), faults)
    return Attempt(case(name, f"{name}?"), "bot", "Bot", 1, (turn,), session_id)


def kept(runs: MemoryRuns, name: str, file: Path | str, *attempts: Attempt) -> None:
    at = NOON + timedelta(hours=len(runs._rows.runs))
    run = SuiteRun(name, at, attempts, str(file))
    runs.keep(KeptRun(name, at, json.dumps(run_record(run))))


async def names(folder: Path, others: Sequence[Path], runs: MemoryRuns) -> list[tuple[str, bool]]:
    found = await read_suites(folder, others, runs)
    return [(each.name, each.suite is not None) for each in found]


async def test_suites_of_the_folder_those_named_and_those_run_before_are_there(
    tmp_path: Path,
) -> None:
    folder, elsewhere = tmp_path / "shop", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "prices.toml").write_text(PRICES)
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (folder / "no.toml").write_text("[[[")
    (folder / "slip.toml").write_text("[[case]]\nnam = 'A'\n")
    (folder / "torn.toml").write_text("[[case]]\nname 'A'\n")
    (elsewhere / "mine.toml").write_text('[[case]]\nname = "A"\nask = "A?"\n')
    (elsewhere / "ran.toml").write_text('[[case]]\nname = "B"\nask = "B?"\n')
    runs = MemoryRuns(MemoryRows())
    kept(runs, "ran", elsewhere / "ran.toml", attempt("B", "b"))
    kept(runs, "gone", elsewhere / "gone.toml", attempt("C", "c"))
    # of another suite that is called alike
    kept(runs, "Prices", elsewhere / "prices.toml", attempt("Price", "9"))
    others = [elsewhere / "mine.toml", folder / "prices.toml", elsewhere / "none.toml"]
    assert await names(folder, others, runs) == [
        ("gone", False), ("mine", True), ("Prices", True), ("ran", True), ("slip", False),
        ("torn", False),
    ]  # fmt: skip
    by_name = {each.name: each for each in await read_suites(folder, others, runs)}
    assert "has no key 'nam'" in by_name["slip"].trouble
    assert "at line 2" in by_name["torn"].trouble
    assert by_name["Prices"].newest is None
    assert by_name["ran"].newest is not None
    assert (await opened(by_name["Prices"], runs)).runs == ()
    kept(runs, "Prices", folder / "prices.toml", attempt("Price", "8"))
    kept(runs, "Prices", elsewhere / "prices.toml", attempt("Price", "9"))
    by_name = {each.name: each for each in await read_suites(folder, others, runs)}
    assert present(by_name["Prices"].newest).file == str(folder / "prices.toml")
    assert await names(tmp_path / "no such folder", [], MemoryRuns(MemoryRows())) == []
    assert [line_of(folder / "prices.toml", name) for name in ("Refund", "Price", "New")] == [
        3, 7, 11
    ]  # fmt: skip
    assert line_of(folder / "none.toml", "A") == line_of(folder / "no.toml", "A") == 1


@pytest.mark.parametrize(
    "damaged",
    [
        '[[case]\nname = "A"\nask = "A?"\n',
        '[case]]\nname = "A"\nask = "A?"\n',
        '[ [case]]\nname = "A"\n',
        '[case]\nname = "A"\nask = "A?"\n',
        '[[cas]]\nname = "A"\nask = "A?"\n',
        '[[case]]\nname = "A\nask = "A?"\n',
        '[[case]]\nname = "\udce4"\nask = "A?"\n',
    ],
)
async def test_a_slip_in_the_only_case_of_a_suite_does_not_take_it_out_of_sight(
    tmp_path: Path, damaged: str
) -> None:
    (tmp_path / "prices.toml").write_bytes(damaged.encode("latin-1", "surrogateescape"))
    (tmp_path / "other.toml").write_text('ask = "A?"\n[tool]\nask = 1\n[[tools]]\nname = "A"\n')
    assert await names(tmp_path, [], MemoryRuns(MemoryRows())) == [("prices", False)]


async def test_a_suite_is_one_whatever_way_leads_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, link = tmp_path / "shop", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    (folder / "prices.toml").write_text(PRICES)
    monkeypatch.chdir(folder)
    runs = MemoryRuns(MemoryRows())
    for way in (Path("prices.toml"), Path("../shop/prices.toml"), link / "prices.toml"):
        kept(runs, "Prices", read_suite(way, {}).file, attempt("Price", "4"))
    [entry] = await read_suites(Path(), [link / "prices.toml"], runs)
    assert len((await opened(entry, runs)).runs) == 3


async def test_files_that_cannot_be_looked_at_or_told_of_are_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = MemoryRuns(MemoryRows())
    for name in ("n" * 300, "a\0b", "loop.toml"):
        kept(runs, name, tmp_path / name, attempt("Price", "4"))
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "a\x1b.toml").write_text(PRICES)
    entries = await read_suites(tmp_path, [], runs)
    assert {each.suite for each in entries} == {None}
    assert "cannot be shown" in next(each.trouble for each in entries if each.name == "Prices")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert len(await read_suites(Path(), [], runs)) == 3


async def test_each_case_stands_where_its_newest_run_left_it_and_is_compared_with_the_one_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(PRICES)
    runs = MemoryRuns(MemoryRows())
    kept(runs, "Prices", path, attempt("Price", "4 €"), attempt("Refund", "Yes"))
    kept(runs, "Prices", path, attempt("Refund", "Yes"))
    failed = attempt("Price", "5 €", "lacks “4”", session_id="s")
    kept(runs, "Prices", path, attempt("Refund", "No"), failed, attempt("Old", "x"))
    [entry] = await read_suites(tmp_path, [], runs)
    suite_open = await opened(entry, runs)
    refund, price, new = suite_open.entries()
    assert [each.name for each in (refund, price, new)] == ["Refund", "Price", "New"]
    assert (new.summary, new.bot_id, new.session_id) == (None, "", "")
    assert price.session_id == "s"
    assert refund.former == FormerAnswers({("Refund", "bot", 0): "Yes"})
    assert price.summary is not None
    assert details_of(price.summary, changes_of(price.summary, price.former)) == [
        "Price? → it lacks “4”", "changed: [-4-] {+5+} €"
    ]  # fmt: skip
    # the newest run alone has one that the suite has no more
    assert [each.name for each in suite_open.entries(0)] == ["Refund", "Price", "Old"]
    assert suite_open.entries(0)[2].case is None
    assert [each.name for each in suite_open.entries(1)] == ["Refund"]
    assert [each.name for each in suite_open.entries(7)] == ["Refund", "Price", "New"]


async def test_a_live_run_tells_what_is_asked_and_is_kept_however_it_ends() -> None:
    backend = Deleting(scripts=[says("4"), [asyncio.Event()]])
    link = connection(backend)
    plan = Plan((suite(case("a", "A?"), case("b", "B?")),), (BOT,), keep=Keep.FAILED)
    asked: list[set[str]] = []
    live = LiveRun(link, plan, {}, lambda: asked.append({name for _, name, _ in live.under_way}))
    asking = asyncio.ensure_future(live.ask())
    await until(lambda: backend.sent == ["A?", "B?"])
    assert (asked[0], asked[-1], live.is_over) == ({"a"}, {"b"}, False)
    assert live.bar == "[##########..........] 1 of 2 cases"
    asking.cancel()
    await asyncio.wait([asking])
    assert (asked[-1], live.is_over) == (set(), True)
    [run] = await link.store.runs.all()
    assert kept_counts(run.record) == (1, 1)
    # nothing is left of what was stopped
    assert backend.histories == {}

import math
import subprocess
import sys

from tests.bench.bars import BARS
from tests.bench.emulated_screen import FRAME_BEGINS, FRAME_ENDS, EmulatedScreen
from tests.bench.emulation import ages_s
from tests.bench.figures import merged
from tests.bench.laboratory import Extent
from tests.bench.plan import UNBOUNDED, Plan, Stretch, one_pace
from tests.bench.report import document, table
from tests.bench.run import Run, rounds_of
from tests.bench.scenarios import DEFAULT, SCENARIOS
from tests.bench.texts import COUNTED, SHAPES, text_of
from tests.bench.verdicts import Bar, judged
from tests.clean_environment import REPOSITORY


def test_the_benchmark_prints_a_table_with_figures() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", "short", "--only", "short-sse"],
        capture_output=True,
        encoding="utf-8",
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rows = run.stdout.splitlines()
    assert any(row.startswith("short answer at 500 tokens/s: CPU ÷ script  ") for row in rows)
    assert any("SSE script: CPU s" in row for row in rows)
    assert "not measured" not in run.stdout
    assert "2 rounds of 2 scenarios" in run.stderr


def test_texts_are_the_same_in_every_run_and_as_long_as_asked_for() -> None:
    for shape in [*SHAPES, *COUNTED]:
        text = text_of(shape, 10_000)
        assert text == text_of(shape, 10_000)
        assert 10_000 <= len(text.encode()) < 11_000


def test_a_plan_sends_the_whole_text_with_a_sign_after_each_stretch() -> None:
    for shape in SHAPES:
        plan = Plan("b1x", shape, (Stretch(2_000, 500), Stretch(8_000, UNBOUNDED)))
        first, second = ("".join(pieces) for pieces in plan.pieces())
        assert first.endswith(" " + plan.sign(0))
        assert second.endswith("\n\n" + plan.end)
        text = first.removesuffix(" " + plan.sign(0)) + second.removesuffix("\n\n" + plan.end)
        assert text == text_of(shape, 10_000)


def test_a_word_is_as_old_as_its_last_token_when_a_whole_frame_shows_it() -> None:
    plan = one_pace("b1x", next(iter(COUNTED)), 300, 10)
    tokens = [piece for part in plan.pieces() for piece in part]
    written_at = [float(number) for number in range(len(tokens))]
    # all of it a second after its last token: begun before, whole only then
    text = "".join(tokens).replace("\n", "\r\n").encode()
    at = len(tokens) + 0.0
    chunks = [(0.5, b"before"), (at - 1, FRAME_BEGINS + text), (at, FRAME_ENDS)]
    ages = ages_s(plan, written_at, chunks, (120, 40))
    words = COUNTED[plan.shape].findall("".join(tokens))
    assert len(ages) == len(words) > 20
    assert ages == sorted(ages, reverse=True)
    assert 1 <= ages[-1] < ages[0] < at


def test_words_that_come_into_sight_one_by_one_have_an_age_each() -> None:
    plan = one_pace("b1x", next(iter(COUNTED)), 300, 10)
    tokens = [piece for part in plan.pieces() for piece in part]
    written_at = [float(number) for number in range(len(tokens))]
    chunks = [
        (at + 0.25, token.replace("\n", "\r\n").encode())
        for at, token in zip(written_at, tokens, strict=True)
    ]
    assert set(ages_s(plan, written_at, chunks, (400, 40))) == {0.25}


def test_a_word_is_shown_of_which_only_the_letter_that_differs_was_written() -> None:
    screen = EmulatedScreen((20, 3))
    chunks = [
        (1.0, FRAME_BEGINS + b"\x1b[2;3HQEDB1X0" + FRAME_ENDS),
        (2.0, FRAME_BEGINS + b"\x1b[2;9H1"),
        (3.0, FRAME_ENDS),
    ]
    seen = [(at, screen.shows("QEDB1X1"), screen.written_bytes) for at in screen.show(chunks)]
    sizes = [len(data) for _, data in chunks]
    assert seen == [(1.0, False, sizes[0]), (3.0, True, sum(sizes))]
    assert screen.chunks == 3


def test_a_verdict_has_the_median_the_spread_and_the_multiple_of_its_reference() -> None:
    bar = Bar("age", "ours ms", "an age", 25, "ms", "theirs ms", "script")
    measured = {"age": merged([{"ours ms": [10.0, 40.0], "theirs ms": 5.0}, {"ours ms": 20.0}])}
    (verdict,) = judged([bar], measured)
    assert (verdict.middle, verdict.lowest, verdict.highest) == (20, 10, 40)
    assert verdict.ratio == 4
    assert verdict.is_reached
    assert "20.0 ms  10.0–40.0  4.00 × script  holds" in table([verdict])


def test_what_never_happened_fails_and_is_no_number_in_the_document() -> None:
    bar = Bar("enter", "question s", "a question", 0.6, "s")
    measured = {"enter": {"question s": [math.inf, math.inf, 0.5]}}
    verdicts = judged([bar], measured)
    assert not verdicts[0].is_reached
    assert "never" in table(verdicts)
    told = document(measured, verdicts, {})
    assert told["bars"][0]["median"] is None
    assert told["figures"]["enter"]["question s"] == [None, None, 0.5]


def test_all_bars_are_measured_in_six_minutes_on_a_calm_machine() -> None:
    assert Run(rounds_of(DEFAULT), Extent(), ()).calm_s <= 360


def test_every_bar_is_of_a_scenario_that_runs_by_default() -> None:
    assert all(SCENARIOS[bar.scenario].is_default for bar in BARS)
    assert len({(bar.scenario, bar.figure) for bar in BARS}) == len(BARS)

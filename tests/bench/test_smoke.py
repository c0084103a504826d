import subprocess
import sys

from tests.bench.laboratory import REPOSITORY
from tests.bench.plan import UNBOUNDED, Plan, Stretch
from tests.bench.texts import SHAPES, text_of


def test_the_benchmark_prints_a_table_with_figures() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", "start", "--only", "sessions"],
        capture_output=True,
        encoding="utf-8",
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rows = run.stdout.splitlines()
    assert any(row.startswith("first paint ÷ an empty Textual app  ") for row in rows)
    assert any("runnel: first paint s" in row for row in rows)
    assert "not measured" not in run.stdout


def test_texts_are_the_same_in_every_run_and_as_long_as_asked_for() -> None:
    for shape in SHAPES:
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

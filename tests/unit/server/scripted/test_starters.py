from __future__ import annotations

import pytest

from tui.apis import APIS
from tui.server import HARDWIRE_STARTERS
from tui.server.scripted.generation import FIRST_TOKEN_S
from tui.server.scripted.scripts import Call, Pause, Return, Say, is_scripted, script_for
from tui.server.web.pacing import FASTEST_TOKENS_PER_S, SLOWEST_TOKENS_PER_S, tokens

TOKENS_PER_S = (SLOWEST_TOKENS_PER_S + FASTEST_TOKENS_PER_S) / 2
ROOM_CELLS = 34
"""What a window of forty columns leaves for a starter on one row."""


@pytest.mark.parametrize("name", APIS)
def test_each_starter_chooses_an_answer_of_its_own_and_fits_a_narrow_window(name: str) -> None:
    demo = APIS[name].demo
    assert demo is not None
    starters = demo("http://127.0.0.1:1").starters
    assert len({script_for(each).text for each in starters}) == 3
    assert all(is_scripted(each) and len(each) <= ROOM_CELLS for each in starters)


def test_the_first_one_runs_tools_of_which_one_fails_and_ends_with_a_table_in_six_seconds() -> None:
    script = script_for(HARDWIRE_STARTERS[0])
    paused_s = sum(step.seconds for step in script.steps if isinstance(step, Pause))
    lasts_s = FIRST_TOKEN_S + paused_s + len(tokens(script.text)) / TOKENS_PER_S
    assert lasts_s == pytest.approx(6, abs=0.5)
    returned = [step.result for step in script.steps if isinstance(step, Return)]
    assert sum(isinstance(each, dict) and "error" in each for each in returned) == 1
    assert sum(isinstance(step, Call) for step in script.steps) == 3
    last = script.steps[-1]
    assert isinstance(last, Say)
    assert "|---|" in last.text

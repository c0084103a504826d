from __future__ import annotations

import csv
import io

import pytest

from tests.unit.cli.conftest import Environment, Run
from tui.cli.session_titles import MOST_READ
from tui.model import NO_TITLE
from tui.server import DEMO_KEY, EmbeddedServer
from tui.server.demo import BIG_CHATBOT

MORE = 4


@pytest.fixture
def shop(environment: Environment) -> Environment:
    return environment | {
        "RUNNEL_PROFILES__SHOP__API": "gpt-trainer",
        "RUNNEL_PROFILES__SHOP__TOKEN": DEMO_KEY,
        "RUNNEL_PROFILES__SHOP__CHATBOT": BIG_CHATBOT.id,
    }


@pytest.mark.parametrize("part", [(), ("--since", "9000d")])
def test_sessions_that_the_server_has_no_title_for_are_told_by_what_was_asked_first(
    shop: Environment, run: Run, part: tuple[str, ...]
) -> None:
    with EmbeddedServer(pace=0, seed=1, sessions=MOST_READ + MORE) as server:
        variables = {**shop, "RUNNEL_PROFILES__SHOP__BASE_URL": server.url}
        code, out, err = run("sessions", "--csv", *part, variables=variables)
        titles = [row["title"] for row in csv.DictReader(io.StringIO(out))]
        untold = titles.count(NO_TITLE)
        # a slow machine reads fewer of them
        assert (code, titles[0] == NO_TITLE, untold >= MORE) == (0, False, True)
        assert titles[-untold:] == [NO_TITLE] * untold
        assert err == f"{untold} sessions without a title: runnel sync reads what was asked.\n"
        assert run("sync", variables=variables)[0] == 0
        code, out, err = run("sessions", variables=variables)
        assert (code, NO_TITLE in out, err) == (0, False, "")

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, user
from tests.unit.cli.conftest import Environment, Run
from tui.cli.session_titles import LONGEST_S, MOST_READ, titled
from tui.model import NO_TITLE, Message, Session
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
        # a slow machine reads fewer of them, or none
        assert (code, untold >= MORE) == (0, True)
        assert titles[-untold:] == [NO_TITLE] * untold
        assert err == f"{untold} sessions without a title: runnel sync reads what was asked.\n"
        assert run("sync", variables=variables)[0] == 0
        code, out, err = run("sessions", variables=variables)
        assert (code, NO_TITLE in out, err) == (0, False, "")
        # a sync leaves out what was forgotten
        assert run("forget", "messages:>0", "--yes", variables=variables)[0] == 0
        code, out, err = run("sessions", variables=variables)
        forgotten = out.count(NO_TITLE)
        told = f"{forgotten} sessions forgotten here: runnel sync --all copies them again.\n"
        assert (code, forgotten >= MORE, err) == (0, True, told)


@pytest.mark.parametrize("is_of_all", [True, False])
@unhurried
async def test_the_newest_of_a_list_are_named_by_what_was_asked_first(
    capsys: pytest.CaptureFixture[str], is_of_all: bool
) -> None:
    listed = [Session(f"s{at}") for at in range(MOST_READ + MORE)]
    asked = {each.id: [user(f"m{each.id}", f"What is {each.id}?")] for each in listed}
    connected = connection(ScriptedBackend(histories=asked, listed=listed))
    if is_of_all:
        listed = list(await connected.sessions())
    named = await titled(connected, listed)
    assert [each.id for each in named] == [each.id for each in listed]
    names = [each.title or each.preview for each in named]
    assert names[:MOST_READ] == [f"What is {each.id}?" for each in named[:MOST_READ]]
    assert not any(names[MOST_READ:])
    assert f"{MORE} sessions without a title" in capsys.readouterr().err


@dataclass
class Hanging(ScriptedBackend):
    """Answers for minutes with no history."""

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        await asyncio.sleep(120)
        return []


@unhurried
async def test_a_list_waits_no_longer_for_a_history_that_does_not_come() -> None:
    listed, loop = [Session("a"), Session("b")], asyncio.get_running_loop()
    began_at = loop.time()
    assert await titled(connection(Hanging()), listed) == listed
    assert loop.time() - began_at == pytest.approx(LONGEST_S)

from __future__ import annotations

import json

import httpx

from tests.fakes import NOON
from tui.tapes.player import TapePlayer
from tui.tapes.recording import header_of
from tui.tapes.replayed import Replayed
from tui.tapes.sessions import TapedRows
from tui.tapes.tape import Tape
from tui.tapes.wire import Act, Answered, Asked, End, Ended

URL = "https://tape"


async def do_nothing(_: Act) -> None:
    return


def told(_: str, rows: TapedRows) -> bytes:
    return json.dumps([each.id for each in rows.sessions]).encode()


async def test_a_session_is_listed_from_its_first_call_until_it_is_not_found() -> None:
    statuses = (200, 404, 200)
    asked = [Asked(n, 0.0, "GET", f"/{n}", "s", b"") for n in range(len(statuses))]
    tape = Tape(header_of("gpt-trainer", NOON), tuple(asked))
    player = TapePlayer(tape, do_nothing)
    async with httpx.AsyncClient(transport=Replayed(player, told)) as client:
        listed = [(await client.get(f"{URL}/list")).json()]
        for number, status in enumerate(statuses):
            call = player.claim("GET", f"/{number}")
            assert call is not None
            for event in (
                Answered(number, 0.0, status, "", ()),
                Ended(number, 0.0, End.WHOLE, ()),
            ):
                call.put(event)
            # who asks the same again gets the same
            assert (await client.get(f"{URL}/{number}")).status_code == status
            listed.append((await client.get(f"{URL}/list")).json())
    assert listed == [[], ["s"], [], ["s"]]

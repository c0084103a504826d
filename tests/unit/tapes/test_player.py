from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from tests.tables import each_row
from tests.unit.tapes.test_tape_files import HEADER
from tui.tapes.player import SPEEDS, TapePlayer
from tui.tapes.replayed import Replayed
from tui.tapes.tape import Mark, Tape, TapeEvent
from tui.tapes.wire import PRIVATE, Act, Answered, Arrived, Asked, End, Ended, Sent, Stopped
from tui.values import replace

CALL: list[TapeEvent] = [
    Asked(1, 1.0, "GET", "/x", "", b""),
    Answered(1, 2.0, 200, "text/plain", (("retry-after", "3"),)),
    Arrived(1, 3.0, b"one "),
    Arrived(1, 5.5, b"two"),
    Ended(1, 6.0, End.WHOLE),
]


class Played:
    """A player of some events, and what it did at which time."""

    def __init__(self, *events: TapeEvent, idle_limit_s: float | None = None) -> None:
        self.acts: list[tuple[float, Act]] = []
        self.waits: list[float] = []
        self.player = TapePlayer(
            Tape(HEADER, events), self._act, idle_limit_s=idle_limit_s, wait=self._wait
        )
        self.client = httpx.AsyncClient(
            transport=Replayed(self.player, lambda path, _: f'["{path}"]'.encode()),
            base_url="http://t",
        )

    async def _act(self, act: Act) -> None:
        self.acts.append((self.player.position_s, act))

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


async def test_a_call_gets_what_came_then_at_its_time() -> None:
    played = Played(*CALL)
    came: list[tuple[float, bytes]] = []
    player = played.player

    async def ask() -> None:
        async with played.client.stream("GET", "/x") as response:
            assert response.headers["retry-after"] == "3"
            came.extend([(player.position_s, chunk) async for chunk in response.aiter_raw()])

    asking = asyncio.create_task(ask())
    await played.player.play()
    await asking
    assert came == [(3.0, b"one "), (5.5, b"two")]
    # a read that is made once more gets the same at once, all others nothing
    assert (await played.client.get("/x")).text == "one two"
    assert (await played.client.get("/y")).json() == ["/y"]
    with pytest.raises(httpx.ConnectError):
        await played.client.post("/x")
    signing_in = played.client.build_request("POST", "/auth", extensions={PRIVATE: True})
    assert (await played.client.send(signing_in)).status_code == 404


@each_row(
    ("names", "kind", "cause"),
    [
        (("ReadError",), httpx.ReadError, type(None)),
        (
            ("ConnectError", "ExceptionGroup", "ConnectionRefusedError"),
            httpx.ConnectError,
            ConnectionRefusedError,
        ),
        (("DecodingError",), httpx.DecodingError, type(None)),
        (("Client", "system"), httpx.ReadError, type(None)),
        ((), httpx.ReadError, type(None)),
    ],
)
async def test_a_call_fails_with_what_it_failed_with_then(
    names: tuple[str, ...], kind: type[Exception], cause: type[BaseException]
) -> None:
    played = Played(CALL[0], Ended(1, 2.0, End.UNANSWERED, names))
    playing = asyncio.create_task(played.player.play())
    with pytest.raises(kind) as caught:
        await played.client.get("/x")
    assert isinstance(caught.value.__cause__, cause)
    await playing


async def test_speed_and_the_longest_pause_change_what_is_waited_for_and_nothing_else() -> None:
    events: list[TapeEvent] = [Mark(0.5, "a"), Sent(3.0, "", "Why?"), Stopped(10.0, "s")]
    expected = [(each.at_s, each) for each in events[1:]]
    for speed, idle_limit_s, total_s in ((1.0, None, 10.0), (16.0, None, 10 / 16), (1.0, 2.0, 4.5)):
        played = Played(*events, idle_limit_s=idle_limit_s)
        played.player.speed = speed
        await played.player.play()
        assert played.acts == expected
        assert sum(played.waits) == pytest.approx(total_s)
        assert played.player.is_over


async def test_what_sleeps_by_the_tape_wakes_in_its_time_or_when_it_is_waited_for() -> None:
    played = Played(Mark(5.0, "a"), *(CALL[0],), Mark(9.0, "b"))
    woken: list[float] = []

    async def sleep(seconds: float) -> None:
        await played.player.sleep(seconds)
        woken.append(played.player.position_s)

    sleeping = [asyncio.create_task(sleep(each)) for each in (0.0, 2.5, 1_000.0)]
    await played.player.play()
    await asyncio.gather(*sleeping)
    assert woken == [0.0, 3.0, 5.0]


async def test_who_would_wake_first_is_woken_for_a_call_and_no_other_where_that_one_asks() -> None:
    played = Played(*CALL, Mark(7.0, "b"))
    woken: list[tuple[float, float]] = []

    async def ask_after(seconds: float) -> None:
        await played.player.sleep(seconds)
        woken.append((seconds, played.player.position_s))
        await played.client.get("/x")

    asking = [asyncio.create_task(ask_after(each)) for each in (800.0, 30.0, 900.0)]
    await played.player.play()
    await asyncio.gather(*asking)
    assert woken[0] == (30.0, 1.0)
    assert sorted(woken[1:]) == [(800.0, 7.0), (900.0, 7.0)]


async def test_who_asks_the_same_while_an_answer_comes_gets_all_of_it() -> None:
    played = Played(*CALL)
    texts: list[str] = []

    async def ask(*, again: bool) -> None:
        async with played.client.stream("GET", "/x") as response:
            pieces: list[bytes] = []
            asking = None
            async for piece in response.aiter_raw():
                if again and asking is None:
                    asking = asyncio.create_task(ask(again=False))
                pieces.append(piece)
        texts.append(b"".join(pieces).decode())
        if asking is not None:
            await asking

    asking = asyncio.create_task(ask(again=True))
    await played.player.play()
    await asking
    assert texts == ["one two"] * 2


@pytest.mark.parametrize("told", ["Wed, 01 Jan 2020 00:00:{:02} GMT", "15778368{:02}"])
async def test_a_moment_that_a_field_tells_is_as_far_off_as_it_was_then(told: str) -> None:
    began_at = datetime(2020, 1, 1, tzinfo=UTC)
    answered = Answered(1, 2.0, 429, "text/plain", (("retry-after", told.format(9)),))
    played = Played(CALL[0], answered, Ended(1, 2.0, End.WHOLE))
    played.player.tape = Tape(replace(HEADER, began_at=began_at), played.player.tape.events)
    asking = asyncio.create_task(played.client.get("/x"))
    await played.player.play()
    assert (await asking).headers["retry-after"] == "7.000"


async def test_steps_pauses_and_jumps_come_to_the_same_end() -> None:
    played = Played(*(Sent(float(at_s), "", str(at_s)) for at_s in range(1, 9)))
    player = played.player
    player.pause(True)
    playing = asyncio.create_task(player.play())

    async def done() -> list[str]:
        for _ in range(50):
            await asyncio.sleep(0)
        return [act.text for _, act in played.acts if isinstance(act, Sent)]

    assert await done() == []
    player.step()
    assert await done() == ["1"]
    player.step()
    player.step()
    assert await done() == ["1", "2", "3"]
    player.skip_to(6.5)
    assert await done() == ["1", "2", "3", "4", "5", "6"]
    assert player.is_paused
    player.pause(False)
    await playing
    assert len(played.acts) == 8


async def test_it_heads_for_what_is_skipped_to_until_it_is_there_and_never_beyond_the_end() -> None:
    player = Played(*(Sent(float(at_s), "", str(at_s)) for at_s in range(1, 9))).player
    assert player.heading_s == 0.0
    for skipped_to_s, heading_s in ((6.5, 6.5), (3.0, 3.0), (99.0, 8.0)):
        player.skip_to(skipped_to_s)
        assert (player.position_s, player.heading_s) == (0.0, heading_s)
    player.skip_to(3.0)
    await player.play()
    assert player.heading_s == 8.0


def test_the_speed_stays_within_its_bounds() -> None:
    player = Played().player
    for steps, speed in ((1, 2.0), (-1, 1.0), (-9, SPEEDS[0]), (99, SPEEDS[-1]), (-1, 8.0)):
        player.change_speed(steps)
        assert player.speed == speed


def test_new_sessions_are_known_by_the_questions_that_made_them() -> None:
    def posted(session: str, text: str) -> Asked:
        return Asked(1, 2.0, "POST", "/x", session, f'{{"content":"{text}"}}'.encode())

    played = Played(
        Sent(1.0, "", "the"),
        Sent(1.0, "", "first"),
        Sent(1.0, "", "never sent"),
        Sent(1.0, "", "a \N{QUOTATION MARK}third\N{QUOTATION MARK}"),
        posted("c", r"a \"third\""),
        posted("b", "the third"),
        posted("d", "the"),
        posted("a", "first"),
    )
    ids = [played.player.new_session_id() for _ in range(5)]
    assert ids == ["d", "a", "unsent-2", "c", "new"]

"""Player of a tape: its clock, and the calls of it that wait for who asks them again."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from tui.tapes.loops import until_idle
from tui.tapes.sessions import made_sessions
from tui.tapes.tape import TICK_S, Mark, Tape, TapeEvent
from tui.tapes.wire import Act, Answered, Arrived, Asked, Ended

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
ASK_WAIT_S = 1.0
"""So long a call of the tape is waited for where the loop does not tell that nobody will ask."""
TAKE_WAIT_S = 2.0
"""So long a piece is waited for to be taken."""
_SETTLING_STEPS = 4
_LAST_ROUNDS, _LAST_ROUND_S = 8, 0.05
"""So often who sleeps at the end is woken, and so far apart where the loop does not tell more."""

Pause = Callable[[float], Awaitable[object]]


class TapedCall:
    """One call of a tape: what came of it so far, for whoever asks the same again."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.events: list[Answered | Arrived | Ended] = []
        """What has come by now."""
        self.claimed = asyncio.Event()
        """Somebody has asked."""
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._taken = 0
        self._is_left = False
        self._others = list[TapedCall]()

    def put(self, event: Answered | Arrived | Ended) -> None:
        self.events.append(event)
        for each in self._others:
            each.put(event)
        if not self._is_left:
            self._idle.clear()
            self._news.set()

    async def next(self) -> Answered | Arrived | Ended:
        """Return what comes next, once it has."""
        while self._taken == len(self.events):
            self._news.clear()
            self._idle.set()
            await self._news.wait()
        self._taken += 1
        return self.events[self._taken - 1]

    def leave(self) -> None:
        """Take note that nobody wants more of it."""
        self._is_left = True
        self._idle.set()

    async def hang(self) -> None:
        """Wait for ever, for nothing."""
        self._idle.set()
        await asyncio.Event().wait()

    async def drained(self) -> None:
        """Wait until all that has come is taken, and more is asked for."""
        await self._idle.wait()

    def again(self) -> TapedCall:
        """Return a call that gets at once what this one got, and what it gets from now on."""
        call = TapedCall(self.asked)
        call.events = list(self.events)
        call.claimed.set()
        self._others.append(call)
        return call


class TapePlayer:
    """Plays a tape once: calls are answered, and `act` does what a person did, at its time.

    Each event is waited for until it has been taken in, and each call until it is asked: so what is
    made of a tape is the same at any speed. `wait` is the real pause between two events.
    """

    def __init__(
        self,
        tape: Tape,
        act: Callable[[Act], Awaitable[None]],
        *,
        idle_limit_s: float | None = None,
        wait: Pause = asyncio.sleep,
    ) -> None:
        self.tape = tape
        self.speed = 1.0
        self.position_s = 0.0
        """By the clock of the tape; it stands still while an event is taken in."""
        self.is_paused = False
        self.is_over = False
        self.stepped: TapeEvent | None = None
        """What the last step played, of which there may be nothing to see; `None` without steps."""
        self.played = 0
        """How many events."""
        self.moved: Callable[[], object] = lambda: None
        """Called when position, speed or pause have changed."""
        self.sessions: list[str] = []
        """Ids of those in which something was asked so far, by whoever works with it."""
        self._act = act
        self._idle_limit_s = idle_limit_s
        self._wait = wait
        self._skip_to_s = 0.0
        self._steps = 0
        self._woken = asyncio.Event()
        self._sleeping = dict[asyncio.Event, float]()
        self._by_number = {
            each.call: TapedCall(each) for each in tape.events if isinstance(each, Asked)
        }
        self._unclaimed = defaultdict[tuple[str, str], deque[TapedCall]](deque)
        self._last = dict[tuple[str, str], TapedCall]()
        for call in self._by_number.values():
            self._unclaimed[call.asked.method, call.asked.path].append(call)
        self._new_sessions = deque(made for _, made in made_sessions(tape.events))

    # What the replayed program works with

    def clock(self) -> float:
        return self.position_s

    def now(self) -> datetime:
        return self.tape.header.began_at + timedelta(seconds=self.position_s)

    async def sleep(self, seconds: float) -> None:
        """Sleep by the clock of the tape, or until the tape waits for something to be asked."""
        if seconds <= 0:
            return
        woken = asyncio.Event()
        self._sleeping[woken] = self.position_s + seconds
        try:
            await woken.wait()
        finally:
            self._sleeping.pop(woken, None)

    def new_session_id(self) -> str:
        """Return the id of the next session that was made on the tape."""
        return self._new_sessions.popleft() if self._new_sessions else "new"

    def claim(self, method: str, path: str) -> TapedCall | None:
        """Return the call of the tape that somebody makes again, `None` where there is none.

        One that was made already and only reads gets the same again.
        """
        key = method, path
        if self._unclaimed[key]:
            call = self._last[key] = self._unclaimed[key].popleft()
            if (session := call.asked.session) and session not in self.sessions:
                self.sessions.append(session)
            call.claimed.set()
            return call
        last = self._last.get(key)
        return last.again() if last is not None and method == "GET" else None

    def leave_out(self, session: str) -> None:
        """Take a session that is not found out of `sessions` until something is asked in it again.

        A list that still told it would say that it is there.
        """
        self.sessions[:] = (each for each in self.sessions if each != session)

    # What a person does with it

    def pause(self, is_paused: bool) -> None:
        self.is_paused, self._steps, self.stepped = is_paused, 0, None
        self._change()

    def step(self) -> None:
        """Play up to the next event, and pause."""
        self.is_paused, self._steps = True, self._steps + 1
        self._change()

    def skip_to(self, position_s: float) -> None:
        """Play all that is before `position_s` at once."""
        self._skip_to_s, self.stepped = position_s, None
        self._change()

    @property
    def heading_s(self) -> float:
        """Where it is, or where it will be once what is skipped has been played."""
        return max(self.position_s, min(self._skip_to_s, self.tape.duration_s))

    def change_speed(self, steps: int) -> None:
        """Play so many steps of `SPEEDS` faster, or slower."""
        index = min(bisect_left(SPEEDS, self.speed), len(SPEEDS) - 1) + steps
        self.speed = SPEEDS[max(0, min(index, len(SPEEDS) - 1))]
        self._change()

    def _change(self) -> None:
        self._woken.set()
        self.moved()

    # Playing

    async def play(self) -> None:
        """Play to the end."""
        for event in self.tape.events:
            await self._pass_time(event.at_s)
            await self._play(event)
            for _ in range(_SETTLING_STEPS):
                await asyncio.sleep(0)
            self.played += 1
            if self._steps:
                self._steps, self.stepped = self._steps - 1, event
                self.moved()
        await self._finish()
        self.is_over = True
        self.moved()

    async def _finish(self) -> None:
        """Let what was begun come to its end, which may lie a moment behind that of the tape."""
        for _ in range(0 if self.tape.broken_off else _LAST_ROUNDS):
            # whoever is about to sleep first does what it does before
            await until_idle(_LAST_ROUND_S)
            if not self._sleeping:
                return
            self._wake(float("inf"))

    async def _pass_time(self, until_s: float) -> None:
        """Go on to `until_s`, in steps of `TICK_S` where that is far."""
        gap_s = until_s - self.position_s
        shown_s = gap_s if self._idle_limit_s is None else min(gap_s, self._idle_limit_s)
        share = shown_s / gap_s if gap_s > 0 else 0.0
        while self.position_s < until_s:
            next_s = min(until_s, self.position_s + TICK_S)
            await self._let_pass((next_s - self.position_s) * share)
            self._move(next_s)
        await self._let_pass(0.0)

    async def _let_pass(self, seconds: float) -> None:
        """Wait for `seconds` of the tape, unless they are skipped; longer while it is paused."""
        left_s = seconds
        loop = asyncio.get_running_loop()
        while self.position_s >= self._skip_to_s and not self._steps:
            self._woken.clear()
            if self.is_paused:
                await self._woken.wait()
                continue
            if left_s <= 0:
                return
            began_s, speed = loop.time(), self.speed
            if await _ends_before(self._wait(left_s / speed), self._woken.wait()):
                return
            left_s -= (loop.time() - began_s) * speed

    def _move(self, position_s: float) -> None:
        self.position_s = position_s
        self._wake(position_s)
        self.moved()

    def _wake(self, until_s: float) -> None:
        for woken, at_s in list(self._sleeping.items()):
            if at_s <= until_s:
                woken.set()

    async def _play(self, event: TapeEvent) -> None:
        match event:
            case Asked(call, is_private=is_private):
                if not is_private:
                    await self._wait_claimed(self._by_number[call])
            case Answered(call) | Arrived(call) | Ended(call):
                await self._hand_on(event, self._by_number.get(call))
            case Mark():
                pass
            case _:
                await self._act(event)

    async def _wait_claimed(self, call: TapedCall) -> None:
        # who sleeps may be who asks: whoever would have woken first, where nobody does without
        asleep = sorted(self._sleeping, key=self._sleeping.__getitem__)
        while not call.claimed.is_set():
            is_claimed = await _ends_before(call.claimed.wait(), until_idle(ASK_WAIT_S))
            if is_claimed or not asleep:
                # what was chance then may not be asked again
                return
            asleep.pop(0).set()

    async def _hand_on(self, event: Answered | Arrived | Ended, call: TapedCall | None) -> None:
        if call is not None and not call.asked.is_private:
            call.put(event)
            if call.claimed.is_set():
                await _within(TAKE_WAIT_S, call.drained())


async def _ends_before(first: Awaitable[object], second: Awaitable[object]) -> bool:
    """Wait for one of the two, cancel the other, and say whether the first has ended."""
    tasks = [asyncio.ensure_future(each) for each in (first, second)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].done()
    finally:
        for each in tasks:
            each.cancel()


async def _within(seconds: float, waiting: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return

from __future__ import annotations

import asyncio
import os
import time
import tty
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from hypothesis import given
from hypothesis import strategies as st

from tests.waiting import Condition, unmet
from tui.serve.pty_line import MOST_TYPED_BYTES, PtyLine

WAIT_S = 20.0
BYTES = bytes(range(256)) * 1_024
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from([1, 3, 4_095, 4_096, 9_000, 70_000])),
        st.tuples(st.just("write"), st.sampled_from([1, 4_096, 30_000])),
        st.tuples(st.just("read"), st.sampled_from([1, 100, 5_000])),
        st.tuples(st.sampled_from(["hold", "release"]), st.sampled_from(["channel", "client"])),
        st.tuples(st.just("turn"), st.integers(1, 3)),
    ),
    max_size=40,
)


class Ends:
    """Both ends of a line: a visitor, and a program that reads and writes when it is told."""

    def __init__(self, main: int, side: int) -> None:
        self._side = side
        self.typed, self.read = bytearray(), bytearray()
        self.written, self.shown = bytearray(), bytearray()
        self.has_to_wait = False
        self.line = PtyLine(main, self.shown.extend, self._wait, self._go_on)

    def _wait(self) -> None:
        assert not self.has_to_wait
        self.has_to_wait = True

    def _go_on(self) -> None:
        assert self.has_to_wait
        self.has_to_wait = False

    def type(self, size: int) -> None:
        """Type, unless whoever types has to wait."""
        if not self.has_to_wait:
            data = BYTES[len(self.typed) % 256 :][:size]
            self.typed += data
            self.line.type(data)

    def write_some(self, size: int) -> None:
        """Have the program write as much as its terminal takes."""
        with suppress(BlockingIOError):
            data = BYTES[len(self.written) % 256 :][:size]
            self.written += data[: os.write(self._side, data)]

    def read_some(self, size: int) -> None:
        """Have the program read what is there."""
        with suppress(BlockingIOError):
            self.read += os.read(self._side, size)

    async def until(self, condition: Condition) -> None:
        """Have the program read on until something is so."""
        ends_at = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < ends_at, unmet(condition)
            self.read_some(4_096)
            await asyncio.sleep(0)


@contextmanager
def both_ends() -> Iterator[Ends]:
    main, side = os.openpty()
    try:
        tty.setraw(side)
        os.set_blocking(side, False)
        ends = Ends(main, side)
        with closing(ends.line):
            yield ends
    finally:
        os.close(side)


@given(STEPS)
def test_all_that_goes_over_a_line_arrives_in_its_order_whoever_waits_for_whom(
    steps: list[tuple[str, int | str]],
) -> None:
    async def go() -> None:
        with both_ends() as ends:
            for step in steps:
                match step:
                    case "type", int(size):
                        ends.type(size)
                    case "write", int(size):
                        ends.write_some(size)
                    case "read", int(size):
                        ends.read_some(size)
                    case "hold", str(reason):
                        ends.line.hold(reason)
                    case "release", str(reason):
                        ends.line.release(reason)
                    case _:
                        await asyncio.sleep(0)
            for reason in ("channel", "client"):
                ends.line.release(reason)
            await ends.until(lambda: len(ends.read) >= len(ends.typed))
            await ends.until(lambda: len(ends.shown) >= len(ends.written))
            await ends.until(lambda: not ends.has_to_wait)
            assert ends.read == ends.typed
            assert ends.shown == ends.written
            # nor is it deaf to what comes next
            ends.type(3)
            ends.write_some(3)
            await ends.until(lambda: ends.read == ends.typed and ends.shown == ends.written)

    asyncio.run(go())


async def test_a_key_arrives_once_a_program_reads_again_that_read_nothing() -> None:
    with both_ends() as ends:
        while not ends.has_to_wait:
            ends.type(4_000)
            await asyncio.sleep(0)
        assert len(ends.typed) > MOST_TYPED_BYTES
        await ends.until(lambda: not ends.has_to_wait)
        ends.type(1)
        await ends.until(lambda: ends.read == ends.typed)

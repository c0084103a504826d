from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tui.ui.terminal.output_writer import END_S, STUCK_S, OutputWriter

FRAME = "x" * 10_000
FRAMES = 40
SOON_S = 5.0


class Reader:
    """The end of a pipe that is read when a test says so."""

    def __init__(self) -> None:
        self.file_number, self._written_to = os.pipe()
        self.writer = OutputWriter(self._written_to)
        self.writer.start()

    def read_until(self, end: bytes) -> bytes:
        data = b""
        while not data.endswith(end):
            ready, _, _ = select.select([self.file_number], [], [], SOON_S)
            assert ready, data[-20:]
            data += os.read(self.file_number, 65_536)
        return data

    def fill(self) -> None:
        """Write more than the pipe holds."""
        for _ in range(FRAMES):
            self.writer.write(FRAME)

    def close(self) -> None:
        with suppress(OSError):
            os.close(self.file_number)
        self.writer.stop("")
        os.close(self._written_to)


@pytest.fixture
def reader() -> Iterator[Reader]:
    it = Reader()
    yield it
    it.close()


def test_writes_come_in_order_and_the_last_words_last(reader: Reader) -> None:
    reader.writer.write("one ")
    reader.writer.write("zwei ü ")
    reader.writer.stop("end")
    assert reader.read_until(b"end") == "one zwei ü end".encode()


def test_a_lone_surrogate_is_no_end(reader: Reader) -> None:
    reader.writer.write("a\ud800b")
    reader.writer.stop("end")
    assert reader.read_until(b"end") == b"a?bend"


def test_a_reader_that_stands_still_holds_up_no_writing(reader: Reader) -> None:
    began_at = time.monotonic()
    reader.fill()
    assert time.monotonic() - began_at < STUCK_S
    assert reader.writer.pending_writes > 0


def test_a_write_is_pending_until_the_reader_has_taken_it(reader: Reader) -> None:
    reader.fill()
    reader.writer.write("end")
    assert reader.writer.pending_writes > 0
    reader.read_until(b"end")
    ends_at = time.monotonic() + SOON_S
    while reader.writer.pending_writes:
        assert time.monotonic() < ends_at


def test_stopping_waits_for_nobody_who_stands_still(reader: Reader) -> None:
    reader.fill()
    began_at = time.monotonic()
    reader.writer.stop("end")
    assert time.monotonic() - began_at < STUCK_S + END_S


def test_stopping_cuts_short_what_is_slow_and_closes_what_was_cut(reader: Reader) -> None:
    reader.fill()
    # whoever stops it gives up before anything is read
    reader.writer.stop("end")
    read = reader.read_until(b"end")
    assert read.endswith(b"x\x1b\\end")
    assert len(read) < FRAMES * len(FRAME)


def test_nothing_is_kept_for_a_reader_that_is_gone(reader: Reader) -> None:
    os.close(reader.file_number)
    reader.writer.write("one")
    reader.writer.join(SOON_S)
    assert not reader.writer.is_alive()
    reader.fill()
    assert reader.writer.pending_writes == 0
    reader.writer.stop("end")


def test_a_writer_that_was_abandoned_writes_nothing_more(reader: Reader) -> None:
    reader.fill()
    reader.writer.stop("last words")
    reader.writer.abandon()
    before = os.read(reader.file_number, 65_536)
    reader.writer.join(SOON_S)
    while select.select([reader.file_number], [], [], 0.1)[0]:
        before += os.read(reader.file_number, 65_536)
    assert b"last words" not in before

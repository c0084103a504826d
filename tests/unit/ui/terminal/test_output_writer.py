from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tui.ui.terminal.output_writer import END_S, MAX_WAITING_CHARS, STUCK_S, OutputWriter

FRAME = "x" * 10_000
SOON_S = 5.0


class Reader:
    """The end of a pipe that is read when a test says so."""

    def __init__(self) -> None:
        self.file_number, self._written_to = os.pipe()
        self.caught_up = threading.Event()
        self.writer = OutputWriter(self._written_to, self.caught_up.set)
        self.writer.start()

    def read_until(self, end: bytes) -> bytes:
        data = b""
        while not data.endswith(end):
            ready, _, _ = select.select([self.file_number], [], [], SOON_S)
            assert ready, data[-20:]
            data += os.read(self.file_number, 65_536)
        return data

    def fill(self) -> None:
        """Write more than the pipe holds and the writer keeps."""
        for _ in range(2 * MAX_WAITING_CHARS // len(FRAME)):
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
    assert reader.writer.waiting_writes > 0


def test_who_was_refused_hears_when_the_reader_has_caught_up(reader: Reader) -> None:
    reader.fill()
    assert not reader.caught_up.is_set()
    while not reader.caught_up.is_set():
        if select.select([reader.file_number], [], [], 0.01)[0]:
            os.read(reader.file_number, 65_536)
    reader.writer.write("again")
    reader.writer.stop("end")
    assert reader.read_until(b"end").endswith(b"againend")


def test_stopping_waits_for_nobody_who_stands_still(reader: Reader) -> None:
    reader.fill()
    began_at = time.monotonic()
    reader.writer.stop("end")
    assert time.monotonic() - began_at < STUCK_S + END_S


def test_stopping_cuts_short_what_is_slow_and_closes_what_was_cut(reader: Reader) -> None:
    reader.fill()
    stopping = threading.Thread(target=reader.writer.stop, args=("end",))
    stopping.start()
    stopping.join(STUCK_S + 0.3)
    read = reader.read_until(b"end")
    stopping.join(SOON_S)
    assert read.endswith(b"x\x1b\\end")
    assert len(read) < MAX_WAITING_CHARS


def test_nothing_is_kept_for_a_reader_that_is_gone(reader: Reader) -> None:
    os.close(reader.file_number)
    reader.writer.write("one")
    reader.writer.join(SOON_S)
    assert not reader.writer.is_alive()
    reader.fill()
    assert reader.writer.waiting_writes == 0
    reader.writer.stop("end")


def test_what_cannot_be_drawn_again_is_written_however_much_is_waiting(reader: Reader) -> None:
    reader.fill()
    reader.writer.write("\x1b]52;c;YQ==\x07", is_frame=False)
    assert b"]52;c;YQ==" in reader.read_until(b"\x07")


def test_a_writer_that_was_abandoned_writes_nothing_more(reader: Reader) -> None:
    reader.fill()
    reader.writer.stop("last words")
    reader.writer.abandon()
    before = os.read(reader.file_number, 65_536)
    reader.writer.join(SOON_S)
    while select.select([reader.file_number], [], [], 0.1)[0]:
        before += os.read(reader.file_number, 65_536)
    assert b"last words" not in before

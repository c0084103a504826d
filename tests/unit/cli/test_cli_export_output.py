from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from tui.cli.export_output import ExportOutput, ExportProgress
from tui.errors import RunnelError


class FullDisk(io.BytesIO):
    def write(self, data: object, /) -> int:
        raise OSError(28, "No space left on device")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ticking(step_s: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step_s


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_tells_done_rate_and_rest_in_a_terminal_alone(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    monkeypatch.setenv("TERM", "xterm")
    times = ticking(0.5)
    with ExportProgress(20_000, ExportOutput(io.BytesIO()), lambda: next(times)) as progress:
        for _ in range(100):
            progress.note()
    told = stderr.getvalue()
    if not is_terminal:
        assert told == ""
        return
    assert "[100 of 20,000 sessions, 2.0/s, 2 h 45 min left; Ctrl+C stops]" in told
    # the last line is taken away again
    assert told.endswith("\r\x1b[K")


def test_what_cannot_be_written_is_one_sentence() -> None:
    with pytest.raises(RunnelError) as told:
        ExportOutput(FullDisk()).write(["x"])
    assert told.value.sentence == "The export cannot be written: No space left on device."

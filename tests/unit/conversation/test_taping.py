from __future__ import annotations

from io import FileIO

from tests.fakes import ScriptedBackend, connection
from tui.conversation.taping import TapeRecorder
from tui.safe_text import SafeText


async def test_a_tape_that_breaks_off_is_told_of_at_once_and_another_can_begin() -> None:
    recorder, told = TapeRecorder(), list[str]()
    recorder.tell_trouble = told.append
    for _ in range(2):
        recorder.expect(FileIO("/dev/full", "wb"), SafeText("a.tape"))
        recorder.begin_expected(connection(ScriptedBackend()))
        assert recorder.path is None
    recorder.stop()
    assert told == recorder.troubles
    assert told == ["The tape a.tape broke off: No space left on device. It plays up to there."] * 2

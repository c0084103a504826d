from __future__ import annotations

from contextlib import aclosing
from io import FileIO
from pathlib import Path

from tests.fakes import ScriptedBackend, connection
from tests.tables import each_row
from tui.conversation.taping import TapeRecorder, Taping
from tui.events import Completed
from tui.model import Profile, Session
from tui.safe_text import SafeText
from tui.tapes.reading import read_tape
from tui.tapes.recording import HOST
from tui.tapes.wire import Named, NamedSession, Sent, Told


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


def test_a_file_in_which_nothing_was_recorded_yet_is_closed_at_the_end(tmp_path: Path) -> None:
    recorder, file = TapeRecorder(), FileIO(tmp_path / "a.tape", "wb")
    recorder.expect(file, SafeText("a.tape"))
    recorder.stop()
    assert file.closed
    assert recorder.path is None


@each_row(
    ("base_url", "keeps_host", "host", "is_left_out"),
    [
        ("https://bots.example.com:8443/x", False, "", True),
        ("https://bots.example.com:8443/x", True, "bots.example.com", False),
        # no secret, and no less wanted by who asks for it
        ("http://127.0.0.1:3026", False, "", False),
        ("http://127.0.0.1:3026", True, "127.0.0.1", False),
    ],
)
def test_a_tape_tells_the_host_where_that_is_asked_for_whichever_it_is(
    base_url: str, keeps_host: bool, host: str, is_left_out: bool, tmp_path: Path
) -> None:
    talk = connection(ScriptedBackend(), profile=Profile("p", "gpt-trainer", base_url))
    file = tmp_path / f"{len(base_url)}{keeps_host}.tape"
    Taping(talk, keeps_host).save(file, ())
    header = read_tape(file).header
    assert header.host == host
    assert (HOST in header.left_out) is is_left_out


async def test_a_tape_names_the_sessions_of_a_list_that_only_this_machine_can_name() -> None:
    backend = ScriptedBackend()
    backend.listed = [
        Session("named", SafeText("By the server")),
        Session("seen", SafeText("")),
        Session("unseen", SafeText("")),
    ]
    link, told = connection(backend), list[Told]()
    await link.sessions()
    link.session_index.rename("seen", SafeText("What was asked"), SafeText("What came"))
    with link.wire.heard_by(told.append):
        await link.sessions()
    (named,) = [each for each in told if isinstance(each, Named)]
    assert named.sessions == (NamedSession("seen", "What was asked", "What came"),)


async def test_a_tape_tells_the_bot_that_was_picked_after_the_conversation_was_begun() -> None:
    link, told = connection(ScriptedBackend(scripts=[[Completed()]])), list[Told]()
    conversation = link.conversation()
    link.choose_bot("another")
    with link.wire.heard_by(told.append):
        async with aclosing(conversation.send("Why?")) as turn:
            async for _ in turn:
                pass
    assert [each.bot for each in told if isinstance(each, Sent)] == ["another"]

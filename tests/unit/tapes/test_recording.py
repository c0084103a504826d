from __future__ import annotations

import stat
from collections.abc import Callable
from io import FileIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.unit.formatting.test_masking import ENCODINGS
from tests.unit.tapes.test_tape_files import HEADER
from tui.errors import BadInput
from tui.formatting.masking import MASK, forms_of
from tui.tapes.reading import read_tape
from tui.tapes.recording import Recording, new_file, write_tape
from tui.tapes.redaction import TapeRedaction
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Opened, Sent, Told, Wire

SECRET = "s3cr3t/T0ken+val=ue.x"
OTHER = "kenval-kenval"
FORMS = forms_of([SECRET, OTHER])


def asked(call: int = 1, session: str = "s", body: bytes = b"") -> Asked:
    return Asked(call, 1.0, "GET", "/x", session, body)


def text_of(told: list[Told]) -> bytes:
    return b"".join(each.data for each in told if isinstance(each, Arrived))


PLAIN = st.text("kenval-s3 \\%u&é€", max_size=12)


@pytest.mark.slow
@settings(max_examples=100 * FUZZ)
@given(
    st.sampled_from([SECRET, OTHER]),
    st.sampled_from([*ENCODINGS.values()]),
    PLAIN,
    PLAIN,
    st.lists(st.integers(0, 200), max_size=12),
)
def test_a_secret_is_masked_however_a_stream_is_cut(
    secret: str, encode: Callable[[str], str], before: str, behind: str, cuts: list[int]
) -> None:
    whole = f"{before} {encode(secret)} {behind}".encode()
    places = sorted({0, *(each for each in cuts if each < len(whole)), len(whole)})
    redaction = TapeRedaction(lambda: FORMS)
    told: list[Told] = []
    for start, stop in pairwise(places):
        told += redaction.redacted(Arrived(1, 1.0, whole[start:stop]))
    told += redaction.redacted(Ended(1, 1.0, End.WHOLE))
    text = text_of(told).decode("utf-8", "surrogateescape")
    assert MASK in text
    assert encode(secret) not in text
    at_once = TapeRedaction(lambda: FORMS)
    assert text_of(
        at_once.redacted(Arrived(1, 1.0, whole)) + at_once.redacted(Ended(1, 1.0, End.WHOLE))
    ) == text.encode("utf-8", "surrogateescape")


@settings(max_examples=100 * FUZZ)
@given(st.lists(st.binary(max_size=6), max_size=8))
def test_what_is_no_secret_comes_through_as_it_was(pieces: list[bytes]) -> None:
    redaction = TapeRedaction(lambda: FORMS)
    told = [each for piece in pieces for each in redaction.redacted(Arrived(1, 1.0, piece))]
    told += redaction.redacted(Ended(1, 1.0, End.LEFT))
    assert text_of(told) == b"".join(pieces)


def test_streams_beside_each_other_are_kept_apart() -> None:
    redaction = TapeRedaction(lambda: FORMS)
    told: list[Told] = []
    for call, piece in ((1, b"s3cr3t"), (2, b"/T0ken+val=ue.x"), (1, b"!")):
        told += redaction.redacted(Arrived(call, 1.0, piece))
    assert [(each.call, each.data) for each in told if isinstance(each, Arrived)] == [
        (2, b"/T0ken+val=ue.x"),
        (1, b"s3cr3t!"),
    ]


def test_nothing_that_is_told_can_hold_a_secret() -> None:
    redaction = TapeRedaction(lambda: FORMS)
    events: list[Told] = [
        Asked(1, 1.0, "GET", f"/x?key={SECRET}", SECRET, SECRET.encode()),
        Answered(1, 1.0, 200, SECRET, (("retry-after", SECRET),)),
        Sent(1.0, SECRET, f"my key is {SECRET}"),
        Opened(1.0, SECRET),
    ]
    redacted = [each for event in events for each in redaction.redacted(event)]
    assert len(redacted) == len(events)
    assert SECRET not in repr(redacted)
    assert isinstance(redacted[0], Asked)
    assert redacted[0].path.isascii()


def test_a_recording_is_for_our_eyes_only_and_there_line_by_line(tmp_path: Path) -> None:
    path, now_s = tmp_path / "a.tape", 10.0
    wire = Wire(clock=lambda: now_s)
    recording = Recording(new_file(path), wire, HEADER, lambda: FORMS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # of a call that began before, nothing can be played
    wire.tell(Arrived(7, 11.0, b"lost"))
    wire.tell(Asked(8, 12.5, "GET", "/x", "s", b""))
    now_s = 13.0
    wire.note_opened("s")
    wire.tell(Arrived(8, 14.0, b"\xff"))
    expected = (
        Asked(8, 2.5, "GET", "/x", "s", b""),
        Opened(3.0, "s"),
        Arrived(8, 4.0, b"\xff"),
    )
    assert read_tape(path).events == expected
    recording.close()
    recording.close()
    wire.tell(Ended(8, 15.0, End.WHOLE))
    assert read_tape(path).events == expected
    assert not wire.is_heard


def test_a_recording_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_text("mine")
    for taken in (path, tmp_path, tmp_path / "gone" / "a.tape"):
        with pytest.raises(BadInput):
            new_file(taken)
    assert path.read_text() == "mine"


def test_a_full_disk_ends_the_recording_and_nothing_else() -> None:
    wire = Wire()
    told: list[str] = []
    recording = Recording(FileIO("/dev/full", "wb"), wire, HEADER, lambda: FORMS, told.append)
    assert "space" in recording.failure
    assert told == [recording.failure]
    assert not wire.is_heard
    wire.tell(asked())
    wire.note_opened("late")
    recording.close()


def test_what_a_log_kept_becomes_a_tape_that_begins_with_its_first_whole_call(
    tmp_path: Path,
) -> None:
    told: list[Told] = [
        Arrived(1, 5.0, b"x"),
        asked(2),
        Ended(1, 6.0, End.WHOLE),
        Ended(2, 7.0, End.WHOLE),
    ]
    assert write_tape(tmp_path / "a.tape", told, HEADER, lambda: FORMS) == 1
    tape = read_tape(tmp_path / "a.tape")
    assert [type(each) for each in tape.events] == [Asked, Ended]
    assert write_tape(tmp_path / "b.tape", [], HEADER, lambda: FORMS) == 0

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import NOON
from tui.server.taped_answers import TapedAnswers
from tui.tapes.recording import header_of
from tui.tapes.tape import Tape
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Sent

FIRST, SECOND = "a" * 36, "b" * 36
HEADER = header_of("hardwire", NOON, bot="m")


def call(number: int, method: str, path: str, session: str, body: str, came: str) -> list[object]:
    """Return the events of a call whose answer comes in two pieces, cut in the middle."""
    data = came.encode()
    middle = len(data) // 2
    return [
        Asked(number, 0.0, method, path, session, body.encode()),
        Answered(number, 0.0, 200, "application/json", ()),
        Arrived(number, 0.0, data[:middle]),
        Arrived(number, 0.0, data[middle:]),
        Ended(number, 0.0, End.WHOLE),
    ]


def asked_in(number: int, session: str, text: str) -> list[object]:
    return [
        Sent(0.0, "", text),
        *call(
            number,
            "POST",
            f"/api/chats/{session}/messages",
            session,
            f'{{"content":"{text}"}}',
            f'{{"chatId":"{session}"}}',
        ),
    ]


EVENTS = [
    *asked_in(1, FIRST, "Why?"),
    *asked_in(2, SECOND, "How?"),
    *call(3, "GET", f"/api/chats/{FIRST}/messages", FIRST, "", f'["{FIRST}"]'),
    *call(4, "GET", "/api/chats", "", "", f'["{SECOND}","{FIRST}"]'),
]


def answers() -> TapedAnswers:
    return TapedAnswers(Tape(HEADER, tuple(EVENTS)))  # type: ignore[arg-type]


def came_of(tape: TapedAnswers, method: str, path: str, body: str = "") -> str:
    answer = tape.next(method, path, body.encode())
    assert answer is not None
    return b"".join(each.data for each in answer.events if isinstance(each, Arrived)).decode()


def ask(tape: TapedAnswers, session: str, text: str) -> str:
    return came_of(tape, "POST", f"/api/chats/{session}/messages", f'{{"content":"{text}"}}')


def listed(tape: TapedAnswers) -> list[str]:
    return [each.id for each in tape.rows.sessions]


def test_a_new_session_gets_the_answer_to_its_question_else_one_that_nobody_has_seen() -> None:
    tape, new = answers(), [f"{number:036}" for number in range(4)]
    assert ask(tape, new[0], "How?") == f'{{"chatId":"{new[0]}"}}'
    assert listed(tape) == [new[0], FIRST]
    # nobody asked that then
    ask(tape, new[1], "What?")
    assert listed(tape) == [new[0], new[1]]
    # what was asked then already is answered again, and both stay
    ask(tape, new[2], "How?")
    assert listed(tape) == [new[2], new[0], new[1]]
    assert came_of(tape, "GET", f"/api/chats/{new[1]}/messages") == f'["{new[1]}"]'


def test_who_opened_a_session_of_the_tape_keeps_it_beside_a_new_one() -> None:
    tape, new = answers(), "0" * 36
    assert came_of(tape, "GET", f"/api/chats/{FIRST}/messages") == f'["{FIRST}"]'
    ask(tape, new, "What?")
    assert listed(tape) == [new, FIRST]
    # in the list of the tape it is one and the same too
    assert came_of(tape, "GET", "/api/chats") == f'["{new}","{FIRST}"]'
    assert ask(tape, FIRST, "Why?") == f'{{"chatId":"{FIRST}"}}'


def test_rows_tell_the_first_question_and_its_time_and_what_was_asked() -> None:
    rows = answers().rows
    assert [(each.title, each.asked_at) for each in rows.sessions] == [
        ("How?", NOON),
        ("Why?", NOON),
    ]
    assert rows.bots == ("m",)


def test_what_is_asked_behind_the_last_that_a_tape_tells_of_a_session_is_told_too() -> None:
    def joined(path: str, history: bytes, asked: Sequence[bytes]) -> bytes:
        return history + path.encode() + b" ".join(asked)

    tape, new = TapedAnswers(Tape(HEADER, tuple(EVENTS)), joined), "0" * 36  # type: ignore[arg-type]
    path, of_new = f"/api/chats/{FIRST}/messages", f"/api/chats/{new}/messages"
    for _ in range(2):
        assert came_of(tape, "GET", path) == f'["{FIRST}"]'
    # a new session holds what was asked in it, for the tape tells that
    ask(tape, new, "Why?")
    assert came_of(tape, "GET", of_new) == f'["{new}"]'
    ask(tape, FIRST, "Why?")
    ask(tape, FIRST, "Who?")
    again = '{"content":"Why?"} {"content":"Who?"}'
    assert came_of(tape, "GET", path).endswith(f"{path}{again}")
    assert came_of(tape, "GET", of_new) == f'["{new}"]'

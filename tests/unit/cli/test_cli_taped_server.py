from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.plain_http import plain_client
from tests.tables import each_row
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_cli_tape import tape_in
from tests.unit.tapes.test_tape_files import HEADER
from tui.apis import APIS
from tui.server import EmbeddedServer
from tui.tapes.packaged import packaged_names
from tui.tapes.reading import read_tape
from tui.tapes.tape import Tape, TapeEvent
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Sent

_MADE_HERE = re.compile(r"local-[0-9a-f]+|\"session\": .*|\"duration_s\": [\d.]+")
"""Ids of our own, a session with the moment when it was made, and how long tools took to come."""


def told(out: str) -> tuple[list[str], str]:
    """Return the events of an answer but its pieces, which come as they are read, and its text."""
    lines = [_MADE_HERE.sub("", each) for each in out.splitlines()]
    texts = [each["text"] for each in map(json.loads, out.splitlines()) if each["event"] == "text"]
    return [each for each in lines if not each.startswith('{"event": "text"')], "".join(texts)


@pytest.mark.usefixtures("profiles")
@each_row(("profile", "question"), [("work", "markdown fault cut"), ("lab", "tools, please")])
def test_the_real_client_gets_the_same_events_and_history_from_a_tape_as_from_the_server(
    profile: str, question: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / f"{profile}.tape"
    ask = ("ask", "--json", "--profile", profile, question)
    code, out, _ = run(*ask, "--record", str(file))
    missed: list[str] = []
    with EmbeddedServer(tape=read_tape(file), missed=missed.append, pace=0) as server:
        name = f"RUNNEL_PROFILES__{profile.upper()}__BASE_URL"
        code_again, out_again, _ = run(*ask, variables={name: server.url})
    assert missed == []
    assert code_again == code
    events, text = told(out)
    events_again, text_again = told(out_again)
    assert text_again == text
    assert [each for each in events_again if each not in events] == []
    assert events_again == events
    assert len(events) > 3
    assert len(text) > 10


@pytest.mark.usefixtures("profiles")
@each_row(("profile", "name"), [("work", "citations"), ("lab", "demo")])
def test_the_sessions_of_a_tape_without_a_list_are_listed_read_and_asked(
    profile: str, name: str, run: Run
) -> None:
    tape = read_tape(name)
    asked = [each.text for each in tape.events if isinstance(each, Sent)]
    missed: list[str] = []
    api = APIS[tape.header.api]
    with EmbeddedServer(
        tape=tape,
        missed=missed.append,
        pace=0,
        make_list=api.make_list,
        add_asked=api.add_asked,
    ) as server:
        variables = {f"RUNNEL_PROFILES__{profile.upper()}__BASE_URL": server.url}
        code, out, _ = run("sessions", "--json", "--profile", profile, variables=variables)
        assert code == 0
        rows = json.loads(out)
        assert len(rows) == len(asked)
        for row, question in zip(rows, reversed(asked), strict=True):
            one = ("--profile", profile, row["id"])
            history = run("messages", *one, variables=variables)[1]
            assert question in history
            again = ("ask", "--yes", "--profile", profile, "--session", row["id"], question)
            code, out, err = run(*again, variables=variables)
            assert len(out) > 100
            if profile == "work":
                # that of HardWire is of then: its stream names what it stores
                assert (code, err) == (0, "")
                history_again = run("messages", *one, variables=variables)[1]
                assert history_again.count(question) == history.count(question) + 1
    assert not [each for each in missed if "sessions" in each or "messages" in each]


def test_answers_come_in_their_order_and_the_last_one_again_and_no_others(tmp_path: Path) -> None:
    missed: list[str] = []
    tape = read_tape(tape_in(tmp_path))
    with (
        EmbeddedServer(tape=tape, missed=missed.append, pace=0) as server,
        plain_client(base_url=server.url) as client,
    ):
        made = [client.post("/api/v1/chatbot/b1/session/create").json() for _ in range(2)]
        gone = client.get("/api/v1/chatbots?limit=3")
    assert made == [{"uuid": "s1"}] * 2
    assert gone.status_code == 404
    assert missed == [gone.json()["error"]] == ["GET /api/v1/chatbots?limit=3 is not on the tape."]


FAILURES = (
    (("ReadError", "ConnectionResetError"), httpx.ReadError),
    (("RemoteProtocolError",), httpx.RemoteProtocolError),
    (("ReadTimeout",), httpx.ReadTimeout),
)


def failing_call(number: int, how: End, errors: tuple[str, ...]) -> list[TapeEvent]:
    head = (Answered(number, 0.0, 200, "text/plain", ()), Arrived(number, 0.0, b"so far"))
    asked = Asked(number, 0.0, "GET", f"/api/{number}", "", b"")
    return [asked, *(head if how is End.BROKEN else ()), Ended(number, 0.0, how, errors)]


def test_a_call_fails_as_it_did_then_before_its_head_and_behind_it() -> None:
    tried = [(how, *each) for how in (End.BROKEN, End.UNANSWERED) for each in FAILURES]
    calls = [failing_call(number, how, errors) for number, (how, errors, _) in enumerate(tried, 1)]
    tape = Tape(HEADER, tuple(event for call in calls for event in call))
    with EmbeddedServer(tape=tape, pace=0) as server, plain_client(server.url) as client:
        for number, (_, _, error) in enumerate(tried, 1):
            limit_s = 0.3 if error is httpx.ReadTimeout else 20.0
            with pytest.raises(error):
                client.get(f"/api/{number}", timeout=limit_s)


@each_row(
    ("arguments", "words"),
    [
        (("--sessions", "3"), "--sessions and --tape do not go together"),
        (("--dialect", "real"), "--dialect and --tape do not go together"),
        ((), "cannot be read"),
    ],
)
def test_a_tape_that_cannot_be_served_is_refused(
    arguments: tuple[str, ...], words: str, run: Run
) -> None:
    code, out, err = run("server", "--tape", "gone", *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_the_tapes_that_come_with_runnel_are_listed_and_others_refused(run: Run) -> None:
    code, out, _ = run("replay")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [*packaged_names()]
    assert "A train to Lisbon" in out
    code, _, err = run("replay", "demi")
    assert (code, "runnel replay alone lists" in err) == (2, True)

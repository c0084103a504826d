from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import (
    CASES,
    GPT,
    REAL,
    RESTART,
    WHOLE_END,
    Case,
    Shown,
    fault_names,
)
from tests.contract.fault_plays import (
    AllPlays,
    play_everywhere,
    play_of,
    settled_of,
)
from tests.contract.replaying import Replay, no_wait, short_wait
from tests.fakes import present
from tests.fuzz import IS_LONG_RUN
from tests.tables import each_row
from tui.conversation import Connection
from tui.events import QuestionNoted, Settled
from tui.formatting.masking import forms_of
from tui.inspection.summary import Sameness, compared, ending, summary_of
from tui.inspection.timing import text_of
from tui.inspection.words import line_of, raw_line
from tui.model import Message, MessageStatus, Profile, Role
from tui.safe_text import clean, clean_line
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, EmbeddedServer
from tui.server.faults import FAULTS
from tui.server.faults.api import ApiDescription
from tui.server.gpt_trainer.description import GptTrainerDescription
from tui.server.hardwire.description import HardwireDescription
from tui.server.hardwire.real_dialect import RealWire
from tui.store import MemoryStore
from tui.tapes import wire as wire_events
from tui.tapes.reading import read_tape
from tui.tapes.wire import Arrived

pytestmark = pytest.mark.slow

TRIED = [(api, case) for case in (*CASES, RESTART) for api in case.apis]


@pytest.fixture(scope="session")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """By API, the tape of all cases; it is written by `all_plays`."""
    folder = tmp_path_factory.mktemp("tapes")
    return {api: folder / f"{api}.tape" for api in APIS}


@pytest.fixture(scope="session")
def all_plays(tapes: Mapping[str, Path]) -> AllPlays:
    """All cases of all APIs, some of each side by side."""
    return asyncio.run(play_everywhere(tapes))


def asked(messages: list[Message] | tuple[Message, ...], question: str) -> int:
    return sum(each.role is Role.USER and each.text == question for each in messages)


@each_row(("api", "case"), TRIED)
def test_a_send_with_a_fault_settles_once_with_its_question_on_show(
    all_plays: AllPlays, api: str, case: Case
) -> None:
    play = play_of(all_plays, api, case)
    assert isinstance(play.events[0], QuestionNoted)
    assert sum(isinstance(event, Settled) for event in play.events) == 1
    assert play.settled.question in play.messages
    assert play.settled.answer in play.messages
    assert asked(play.messages, case.question) == max(1, case.stored)
    ids = [message.id for message in play.messages]
    assert len(ids) == len(set(ids))


@each_row(("api", "case"), TRIED)
def test_a_question_with_a_fault_goes_out_once(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    assert play.received.count(case.question) == case.received
    assert asked(play.stored or [], case.question) == case.stored


@each_row(("api", "case"), TRIED)
def test_what_is_shown_is_what_the_server_holds_or_what_came_and_why(
    all_plays: AllPlays, api: str, case: Case
) -> None:
    play = play_of(all_plays, api, case)
    answer = play.settled.answer
    copies = [
        each.text for each in play.copies(case.question) if each.text or each.failure is not None
    ]
    if not copies:
        assert answer.text == play.streamed
        assert answer.failure is not None or api == REAL
    elif answer.failure is None:
        assert answer.text in copies
    if answer.failure is not None:
        assert answer.failure.sentence.endswith(".")


@each_row(("api", "case"), TRIED)
def test_each_fault_shows_as_it_should(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    answer = play.settled.answer
    shown, failure = case.ends(api)
    match shown:
        case Shown.WHOLE:
            assert answer.text.endswith(WHOLE_END)
        case Shown.PART:
            assert answer.text
            assert not answer.text.endswith(WHOLE_END)
        case Shown.NOTHING:
            assert answer.text == ""
        case Shown.OTHER:
            assert len(answer.text) > 300
    if failure:
        assert answer.failure is not None
        assert failure in answer.failure.sentence
    elif shown is Shown.WHOLE:
        assert answer.failure is None


@each_row(("api", "case"), TRIED)
def test_what_is_kept_of_the_wire_reads_as_it_came_and_tells_how_it_ended(
    all_plays: AllPlays, api: str, case: Case
) -> None:
    play = play_of(all_plays, api, case)
    inspected = present(play.inspected)
    assert inspected.note == ""
    reader = present(inspected.reader)
    call = present(reader.answer)
    assert call.ended is not None
    again = text_of(call, reader.rows)
    # what came behind a stop was not waited for
    assert again == play.streamed or (
        "endless" in case.question and again.startswith(play.streamed)
    )
    facts = {each.name: each.words for each in summary_of(inspected)}
    assert facts["End"] == ending(call)
    sameness, difference = compared(inspected)
    answer = play.settled.answer
    if answer.status is not MessageStatus.STORED:
        assert sameness is Sameness.NOT_STORED
    elif again == answer.text:
        assert (sameness, difference) == (Sameness.EQUAL, "")
    else:
        assert sameness not in (Sameness.EQUAL, Sameness.NOT_STORED)
    for row in reader.rows[:20]:
        assert clean_line(line_of(row)) == line_of(row)
        assert clean(raw_line(row)) == raw_line(row)


@each_row(("api", "case"), TRIED)
def test_the_question_after_a_fault_is_answered(all_plays: AllPlays, api: str, case: Case) -> None:
    play = play_of(all_plays, api, case)
    settled = play.next
    assert settled is not None
    assert (settled.answer.text, settled.answer.failure) == ("and now?", None)


def test_every_fault_is_tried_with_every_api_it_is_for() -> None:
    tried = {(name, api.split()[0]) for api, case in TRIED for name in fault_names(case)}
    descriptions: dict[str, ApiDescription] = {
        GPT: GptTrainerDescription(),
        "hardwire": HardwireDescription(RealWire()),
    }
    assert tried == {
        (fault.name, api)
        for fault in FAULTS
        for api, description in descriptions.items()
        if fault.fits(description)
    }


@pytest.mark.parametrize("api", APIS)
async def test_a_server_that_stopped_is_back_on_its_port_with_its_chats(api: str) -> None:
    dialect = Dialect.REAL if api == REAL else Dialect.DOCUMENTED
    server = EmbeddedServer(dialect=dialect, pace=0)
    server.start()
    try:
        async with Place(api, server).backend() as backend:
            connection = Connection(Profile("demo", api, server.url), backend, MemoryStore())
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            conversation = connection.conversation()
            await settled_of(conversation, "echo before")
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            await settled_of(conversation, "echo after")
        texts = [message.text for message in conversation.messages]
        assert texts == ["echo before", "before", "echo after", "after"]
    finally:
        await asyncio.to_thread(server.stop)


@each_row("api", APIS)
def test_the_tape_of_all_faults_is_whole_and_holds_no_secret(
    all_plays: AllPlays, tapes: Mapping[str, Path], api: str
) -> None:
    content = tapes[api].read_text().lower()
    forms = forms_of([DEMO_KEY, DEMO_PASSWORD, DEMO_EMAIL])
    assert not [each for each in (*forms, "set-cookie", "bearer ") if each in content]
    tape = read_tape(tapes[api])
    assert not tape.broken_off
    calls = {each.call for each in tape.events if isinstance(each, wire_events.Asked)}
    assert calls == {each.call for each in tape.events if isinstance(each, wire_events.Ended)}
    private = [
        each
        for each in tape.events
        if isinstance(each, wire_events.Asked) and each.path.startswith("/api/auth")
    ]
    assert all(each.is_private and not each.body for each in private)
    told = {each.call for each in tape.events if isinstance(each, Arrived)}
    assert told.isdisjoint(each.call for each in private)
    asked = [each.text for each in tape.events if isinstance(each, wire_events.Sent)]
    assert {case.question for case in CASES if api in case.apis} <= {*asked}


@pytest.mark.skipif(not IS_LONG_RUN, reason="plays all faults twice, for as long as they took")
async def test_the_tape_of_all_faults_plays_to_the_same_end_at_any_speed(
    all_plays: AllPlays, tapes: Mapping[str, Path]
) -> None:
    assert all_plays
    tape = read_tape(tapes[GPT])
    first, second = [await Replay(tape, wait).play() for wait in (no_wait, short_wait)]
    assert first == second

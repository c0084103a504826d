from __future__ import annotations

import asyncio
import io
import json
import random
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime

import pytest

from tests.contract.recorded_tour import APIS, Step, opened, recorded
from tests.fuzz import FUZZ
from tests.odd_values import Recording, Warp, warped, warps_of
from tui.cli.answer import PlainAnswer
from tui.cli.output import write_json
from tui.cli.sessions import show
from tui.cli.transcript import transcript
from tui.conversation.reconcile import reconcile
from tui.errors import RunnelError
from tui.events import (
    Completed,
    Started,
    TextDelta,
    TitleChanged,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.formatting.json_text import compact_chars
from tui.formatting.records import event_record, message_record
from tui.formatting.times import clock_time, day_group, relative_time
from tui.model import ALWAYS, Bot, Message, Session, Workflow
from tui.query import Document
from tui.safe_text import clean

SAMPLE = 250 * FUZZ
"""So many of the odd answers of each API; there are no more than about 20,000."""

EVENTS = (
    Completed, Started, TextDelta, TitleChanged, ToolCalled, ToolProgressed, ToolReturned,
)  # fmt: skip


def look_at(result: object) -> None:
    """Do with what a call returned whatever the command line and the screen do with it."""
    listed = result if isinstance(result, list) else [result]
    look_at_sessions([each for each in listed if isinstance(each, Session)])
    look_at_messages([each for each in listed if isinstance(each, Message)])
    chosen = [each.id for each in listed if isinstance(each, Bot | Workflow)]
    assert len(set(chosen)) == len(chosen)
    shown = PlainAnswer()
    for event in listed:
        if isinstance(event, EVENTS):
            shown.show(event)
            json.dumps(event_record(event), allow_nan=False)


def look_at_sessions(sessions: list[Session]) -> None:
    now = datetime.now().astimezone()
    for as_json in (True, False):
        show([*map(Document, sessions)], ALWAYS, as_json=as_json)
    for each in sessions:
        for time in (each.created_at, each.updated_at):
            assert relative_time(time, now) or time is None
            assert clock_time(time, now) or time is None
            assert day_group(time, now)


def look_at_messages(messages: list[Message]) -> None:
    reconcile(messages, messages, ())
    write_json([message_record(each) for each in messages])
    assert transcript(messages) or not messages
    for message in messages:
        for tool in message.tools:
            assert compact_chars(tool.arguments) + compact_chars(tool.result) >= 0


async def go(api: str, transport: Recording, url: str, step: Step) -> object:
    async with asyncio.timeout(60), opened(api, url, transport) as backend:
        return await step(backend)


def ids_of(result: object) -> set[str]:
    return (
        {each.id for each in result if hasattr(each, "id")} if isinstance(result, list) else set()
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", APIS)
async def test_whatever_stands_in_an_answer_the_rest_is_shown(name: str) -> None:
    api, options = APIS[name]
    recording, tour, asks = await recorded(api, options)
    url = recording.url
    steps = tour.steps()
    warps = [
        warp
        for route, answer in recording.answers.items()
        if route in asks
        for warp in warps_of(route, answer.content.decode())
    ]
    assert len(warps) > 1_000
    random.Random(FUZZ).shuffle(warps)
    whole: dict[str, set[str]] = {}
    for warp in warps[:SAMPLE]:
        await check(warp, api, recording, url, steps[asks[warp.route]], whole)


async def check(
    warp: Warp, api: str, recording: Recording, url: str, step: Step, whole: dict[str, set[str]]
) -> None:
    if warp.route not in whole:
        recording.warp = None
        try:
            whole[warp.route] = ids_of(await go(api, recording, url, step))
        except RunnelError:
            whole[warp.route] = set()
    recording.warp = lambda route, body: warped(body, warp) if route == warp.route else body
    failure: RunnelError | None = None
    result: object = None
    try:
        result = await go(api, recording, url, step)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            look_at(result)
    except RunnelError as error:
        failure = error
    except Exception as error:
        raise AssertionError(str(warp)) from error
    if failure is not None:
        assert failure.sentence
        assert clean(failure.sentence) == failure.sentence, str(warp)
        is_in_list = 0 in warp.path and len(whole[warp.route]) > 2
        assert not is_in_list, f"{warp}: {failure.sentence}"
    elif 0 in warp.path and warp.event == 0:
        # one record is an exchange of two messages in one of the APIs
        assert len(whole[warp.route] - ids_of(result)) <= 2, str(warp)

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.contract.recorded_tour import APIS, opened, recorded
from tests.fakes import NOON, ScriptedBackend, StillClock
from tests.fuzz import FUZZ
from tests.odd_values import (
    JSON,
    ODD_VALUES,
    Path,
    Recording,
    each_odd,
    is_stream,
    places_of,
    written_list,
)
from tests.ui.harness import WIDE, Stage, app_of, ready, stage
from tui.backends.json_reading import parse_time
from tui.conversation import Connection
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Part,
    Profile,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText, clean, clean_json, clean_line
from tui.store import MemoryStore

pytestmark = pytest.mark.every_frame

HISTORIES = 3 * FUZZ
FIELDS = FUZZ
DRAFT = "a draft that stays"


def lists_of(
    recording: Recording, routes: Collection[str]
) -> Iterator[tuple[str, str, Path, str, Path]]:
    """Yield route, body, place of a list of records, the key of their ids, and each field."""
    for route in routes:
        body = recording.answers[route].content.decode()
        if is_stream(body):
            continue
        for _, path, value in places_of(body):
            if JSON in path or not isinstance(value, list) or not value:
                continue
            record = value[0]
            id_key = next(
                (k for k in ("uuid", "id") if isinstance(record, dict) and k in record), ""
            )
            if id_key:
                for _, field, _ in places_of(json.dumps(record)):
                    if field:
                        yield route, body, path, id_key, field


@pytest.mark.parametrize("name", APIS)
async def test_the_app_shows_whatever_stands_in_the_records_of_a_list(name: str) -> None:
    api, options = APIS[name]
    recording, tour, asks = await recorded(api, options)
    visits = list(lists_of(recording, asks))
    random.Random(FUZZ).shuffle(visits)
    async with opened(api, recording.url, recording) as backend:
        profile = Profile("lab", api, recording.url)
        connection = Connection(profile, backend, MemoryStore(), tour.bot_id)
        app = app_of(connection, clock=StillClock())
        async with app.run_test(size=WIDE) as pilot:
            it = Stage(app, pilot)
            await ready(it)
            await it.write(DRAFT)
            for route, body, at, id_key, field in visits[:FIELDS]:
                record = _at(json.loads(body), at)[0]
                odd = written_list(body, [*each_odd(record, field, id_key)], at)
                recording.warp = lambda r, b, route=route, odd=odd: odd if r == route else b
                await visit(it, tour.session_id)
                assert app.is_running, f"{route} {field}"
                assert it.composer.whole_text == DRAFT


def _at(value: object, path: Path) -> list[dict[str, object]]:
    for step in path:
        value = value[step]  # type: ignore[index]
    assert isinstance(value, list)
    return value


async def visit(it: Stage, session_id: str) -> None:
    """Read everything again, look at the lists and a history, and come back to the draft."""
    await it.press("f5")
    await quiet(it)
    assert it.drawn
    for key in ("f6", "f9"):
        await it.press(key)
        await quiet(it)
        assert it.drawn
        await it.press("escape")
    await it.open(session_id)
    await quiet(it)
    await it.transcript.selection.first()
    assert it.drawn
    it.transcript.action_scroll_end()
    await it.pilot.pause()
    assert it.drawn
    await it.chat.controllers.navigation.new_session()


async def quiet(it: Stage) -> None:
    """Wait until nothing is being read."""
    waits = ("poll", "pick", "turn", "title-", "arrivals", "query-counts")
    await it.until(lambda: all(each.group.startswith(waits) for each in it.app.workers))
    await it.pilot.pause()


def odd_text(at: random.Random) -> str:
    texts = [each for each in ODD_VALUES if isinstance(each, str)]
    marks = ["# ", "- ", "```py\n", "| a | b |\n|-|-|\n|", "> ", "**", "`", "\n\n", " ", "[x](y)"]
    return "".join(at.choice([*texts, *marks, "word "]) for _ in range(at.randrange(12)))[:60_000]


def odd_part(at: random.Random) -> Part:
    text = odd_text(at)
    match at.randrange(5):
        case 0 | 1:
            return TextPart(clean(text))
        case 2:
            value, result = at.choice(ODD_VALUES), at.choice(ODD_VALUES)
            state = at.choice([ToolState.DONE, ToolState.FAILED, ToolState.UNANSWERED])
            duration_s = at.choice([None, 0.0, 1e9, -1.0])
            return ToolPart(
                at.randrange(3),
                clean_line(text),
                clean_json(value),
                state,
                clean_json(result),
                duration_s,
            )
        case 3:
            citation = Citation(clean_line(text, 40), clean_line(text), SafeText("https://x.y/"))
            return CitationsPart((citation,) * at.randrange(4))
        case _:
            return NotePart(clean_line(text))


def odd_message(at: random.Random) -> Message:
    edges = [parse_time("0001-01-03T00:00:00Z"), parse_time("9999-12-28T23:59:59Z"), None, NOON]
    edges.append(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at.randrange(10**10)))
    failure = Failure(clean_line(odd_text(at)), clean_line(odd_text(at)), at.choice([None, 999]))
    return Message(
        at.choice(["same", "local-1", f"m{at.randrange(40)}", f"n{at.random()}"]),
        at.choice(list(Role)),
        tuple(odd_part(at) for _ in range(at.randrange(5))),
        at.choice(edges),
        at.choice([each for each in MessageStatus if each is not MessageStatus.STREAMING]),
        at.choice([None, None, failure]),
    )


@pytest.mark.parametrize("zone", ["UTC-14", "UTC+12"])
async def test_any_history_is_shown_and_the_draft_is_still_there(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = random.Random(f"{zone} {FUZZ}")
    backend = ScriptedBackend()
    for number in range(HISTORIES):
        messages = [odd_message(at) for _ in range(at.randrange(1, 30))]
        backend.histories[f"s{number}"] = messages
        times = [each.created_at for each in messages]
        backend.listed.append(
            Session(f"s{number}", clean_line(odd_text(at)), clean_line(odd_text(at)), times[0])
        )
    async with stage(backend, clock=ZonedClock(zone)) as it:
        await it.write(DRAFT)
        for number in range(HISTORIES):
            await it.open(f"s{number}")
            await quiet(it)
            assert it.drawn
            await it.press("ctrl+o", "alt+up")
            await it.transcript.selection.first()
            assert it.drawn
            await it.chat.controllers.navigation.new_session()
            assert it.composer.whole_text == DRAFT
        assert it.app.is_running


class ZonedClock(StillClock):
    """A clock on a wall far west or east."""

    def __init__(self, zone: str) -> None:
        super().__init__()

        self._zone = timezone(timedelta(hours=int(zone.removeprefix("UTC"))))

    def now(self) -> datetime:
        return super().now().astimezone(self._zone)

import asyncio
import json
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, Step, assistant, connection, says, user
from tui.cli.answer import EventLines, PlainAnswer
from tui.cli.ask import answer
from tui.cli.bot import settle_bot
from tui.errors import AnswerFailed, BadInput, Unreachable
from tui.events import Started, TextDelta, ToolCalled, ToolReturned, TurnEvent
from tui.model import Bot
from tui.safe_text import SafeText as Safe
from tui.store import MemoryStore, Store
from tui.store.sqlite import STORE_FILE, SqliteStore

Captured = pytest.CaptureFixture[str]


async def ask(backend: ScriptedBackend, shown: EventLines | PlainAnswer | None = None) -> int:
    return await answer(connection(backend), None, "Why?", shown or PlainAnswer())


def scripted(*steps: Step | Sequence[Step]) -> ScriptedBackend:
    script = [each for step in steps for each in (step if isinstance(step, Sequence) else [step])]
    return ScriptedBackend(scripts=[script])


async def test_stdout_is_exactly_the_answer_and_a_line_break(capsys: Captured) -> None:
    assert await ask(scripted(says("So ", "it\n\nis.\n"))) == 0
    captured = capsys.readouterr()
    assert captured.out == "So it\n\nis.\n\n"
    assert captured.err == "session new-0\n"


async def test_the_rest_of_a_longer_stored_text_follows(capsys: Captured) -> None:
    backend = scripted(says("So"))
    backend.stores = lambda _, text, streamed: [
        user("q", text),
        assistant("a", streamed + " be it."),
    ]
    assert await ask(backend) == 0
    assert capsys.readouterr().out == "So be it.\n"


async def test_another_stored_text_is_announced_and_printed_whole(capsys: Captured) -> None:
    backend = scripted(says("So"))
    backend.stores = lambda _, text, streamed: [user("q", text), assistant("a", "Not so.")]
    assert await ask(backend) == 0
    captured = capsys.readouterr()
    assert captured.out == "So\nNot so.\n"
    assert "another text" in captured.err


async def test_a_failure_keeps_what_came_and_gives_its_exit_code(capsys: Captured) -> None:
    backend = scripted(Started(), TextDelta(Safe("So")), AnswerFailed("It broke.", hint="Look."))
    assert await ask(backend) == 1
    captured = capsys.readouterr()
    assert captured.out == "So\n"
    assert captured.err.endswith("runnel: It broke.\nLook.\n")


async def test_an_unsent_question_prints_nothing_but_why(capsys: Captured) -> None:
    backend = scripted(Unreachable("Nobody is there.", hint="Start it.", sent=False))
    assert await ask(backend) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("runnel: Nobody is there.\nStart it.\n")


async def test_events_are_lines_and_the_last_holds_the_stored_messages(capsys: Captured) -> None:
    assert await ask(scripted(says("So ", "be it.")), EventLines()) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = [event["event"] for event in events]
    assert names[:3] == ["asked", "session_created", "started"]
    assert [event["text"] for event in events if event["event"] == "text"] == ["So ", "be it."]
    assert events[-1]["event"] == "settled"
    assert events[-1]["question"]["text"] == "Why?"
    assert events[-1]["answer"]["id"] == "m1"
    assert events[-1]["answer"]["standing"] == "stored"


async def test_tools_stay_silent_where_nobody_watches(capsys: Captured) -> None:
    tool: list[Step] = [ToolCalled(0, Safe("search"), {"q": 1}), ToolReturned(0, "found")]
    assert await ask(scripted(Started(), tool, says("So."))) == 0
    captured = capsys.readouterr()
    assert captured.out == "So.\n"
    assert "search" not in captured.err


class _Interrupted(PlainAnswer):
    """Presses Ctrl+C when the first text came."""

    def show(self, event: TurnEvent) -> None:
        super().show(event)
        if isinstance(event, TextDelta):
            signal.raise_signal(signal.SIGINT)


async def test_ctrl_c_keeps_what_came(capsys: Captured) -> None:
    never = asyncio.Event()
    backend = scripted(Started(), TextDelta(Safe("So")), never, TextDelta(Safe(" be it.")))
    backend.stores = lambda _, text, streamed: [user("q", text)]
    before = signal.getsignal(signal.SIGINT)
    assert await ask(backend, _Interrupted()) == 130
    captured = capsys.readouterr()
    assert captured.out == "So\n"
    assert "You stopped here" in captured.err
    assert "runnel messages new-0 shows the whole answer." in captured.err
    assert "F5" not in captured.err
    assert signal.getsignal(signal.SIGINT) is before


class _ManyBots(ScriptedBackend):
    async def bots(self) -> list[Bot]:
        return [Bot("m1", Safe("One")), Bot("m2", Safe("m2"))]


async def test_where_a_person_must_choose_the_choices_are_listed() -> None:
    undecided = connection(_ManyBots())
    undecided.bot_id = ""
    with pytest.raises(BadInput, match="2 models") as caught:
        await settle_bot(undecided)
    assert caught.value.hint == "Set model in [profiles.test] to one of: m1 (One), m2."


async def test_a_question_that_could_not_go_out_is_said_to_be_kept_where_it_is(
    tmp_path: Path, capsys: Captured
) -> None:
    stores: list[Store] = [SqliteStore(tmp_path / STORE_FILE, pytest.fail), MemoryStore()]
    for store in stores:
        link = connection(scripted(Unreachable("Nobody is there.", sent=False)), store=store)
        assert await answer(link, None, "Why?", PlainAnswer()) == 1
        kept = "The question is kept here, not sent: Alt+O in the app sends it."
        assert (kept in capsys.readouterr().err) is isinstance(store, SqliteStore)
        await store.aclose()

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec import Struct

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, StillClock, assistant, connection, says, user
from tests.tables import each_row
from tests.waiting import until
from tui.backends.base import Capabilities
from tui.backends.traffic import Quota
from tui.checks.expectations import Answer, Contains, Expectation, SameAsLast
from tui.checks.run import Attempt, FormerAnswers, SuiteRun, Verdict, worst
from tui.checks.running import CheckRunner, Keep, Plan
from tui.checks.suite import Case, Suite, Turn
from tui.conversation.outbox import outbox_items
from tui.errors import AccessRefused, NotOffered, ServerFailed, StreamBroken, Unreachable
from tui.events import StreamEvent, TextDelta
from tui.model import Bot, Message, Session
from tui.safe_text import SafeText

BOT = Bot("bot", SafeText("Bot"))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(repr=False)
class Deleting(ScriptedBackend):
    deleted: list[str] = field(default_factory=list)
    refuses: list[Exception] = field(default_factory=list)
    made: int = 0
    most_open: int = 0
    makes: asyncio.Event | None = None
    """Until then no session is made, whatever is asked."""
    cannot_make: Exception | None = None

    async def create_session(self, bot_id: str) -> Session:
        session = Session(f"new-{self.made}")
        self.made += 1
        if self.makes is not None:
            await self.makes.wait()
        if self.cannot_make is not None:
            raise self.cannot_make
        self.histories[session.id] = []
        return session

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(super().stream(session_id, bot_id, text)) as events:
            async for event in events:
                self.most_open = max(self.most_open, self.streams_open)
                yield event

    async def delete_session(self, session_id: str) -> None:
        if self.refuses:
            raise self.refuses.pop(0)
        self.deleted.append(session_id)
        await super().delete_session(session_id)


def case(name: str, *questions: str, expects: Sequence[Expectation] = ()) -> Case:
    return Case(name, tuple(Turn(each, tuple(expects)) for each in questions))


def suite(*cases: Case) -> Suite:
    return Suite("Prices", cases)


async def ran(
    backend: ScriptedBackend, plan: Plan, former: FormerAnswers | None = None
) -> tuple[CheckRunner, list[Attempt]]:
    runner = CheckRunner(
        connection(backend), plan, {} if former is None else {plan.suites[0].name: former}
    )
    async with aclosing(runner.run()) as checked:
        return runner, [each.attempt async for each in checked]


async def test_each_case_is_asked_once_in_a_session_of_its_own_that_is_deleted() -> None:
    backend = Deleting(scripts=[says("It is 4."), says("Hi"), says("Ada"), says("5"), says("6")])
    cases = (
        case("price", "How much?", expects=[Contains("4")]),
        case("name", "I am Ada.", "Who am I?", expects=[Contains("a")]),
        case("wrong", "Four?", expects=[Contains("4"), Contains("four")]),
    )
    runner, attempts = await ran(backend, Plan((suite(*cases),), (BOT,)))
    assert backend.sent == ["How much?", "I am Ada.", "Who am I?", "Four?"]
    assert [each.verdict for each in attempts] == [Verdict.HOLDS, Verdict.FAILS, Verdict.FAILS]
    assert attempts[2].turns[0].faults == ("lacks “4”", "lacks “four”")
    assert attempts[1].turns[0].faults == ("lacks “a”",)
    assert len(backend.deleted) == 3
    assert backend.histories == {}
    assert [each.session_id for each in attempts] == ["", "", ""]
    assert runner.undeleted == []


@pytest.mark.parametrize(
    "error",
    [
        StreamBroken("The answer broke off."),
        Unreachable("No server answers.", sent=False),
        Unreachable("The line broke.", sent=True),
        ServerFailed("HTTP 500.", status=500),
    ],
)
@unhurried
async def test_what_ends_unclear_is_unknown_and_nothing_is_sent_again(error: Exception) -> None:
    backend = Deleting(scripts=[[error], says("never")])  # type: ignore[list-item]
    backend.stores = lambda *_: []
    plan = Plan((suite(case("two turns", "First?", "Second?")),), (BOT,))
    _, [attempt] = await ran(backend, plan)
    assert backend.sent == ["First?"]
    assert attempt.verdict is Verdict.UNKNOWN
    assert [each.verdict for each in attempt.turns] == [Verdict.UNKNOWN]
    assert attempt.turns[0].failure


@each_row("is_session_made", [True, False])
@each_row("keep", Keep)
@each_row("deletion_fails", [True, False])
async def test_what_could_not_be_sent_waits_for_nobody(
    is_session_made: bool, keep: Keep, deletion_fails: bool
) -> None:
    unreachable = Unreachable("No server answers.", sent=False)
    refuses: list[Exception] = [unreachable] * 2 if deletion_fails else []
    backend = Deleting(scripts=[[unreachable], [unreachable]], refuses=refuses)
    if not is_session_made:
        backend.cannot_make = unreachable
    account = connection(backend)
    plan = Plan((suite(case("a", "A?"), case("b", "B?", "C?")),), (BOT,), keep=keep)
    async with aclosing(CheckRunner(account, plan, {}).run()) as checked:
        verdicts = [each.attempt.verdict async for each in checked]
    assert verdicts == [Verdict.UNKNOWN] * 2
    assert await outbox_items(account) == []
    is_listed = is_session_made and (deletion_fails or keep is not Keep.NONE)
    assert len(account.listed_sessions()) == (2 if is_listed else 0)


async def test_a_question_that_is_stopped_before_it_goes_waits_for_nobody() -> None:
    backend = Deleting(makes=asyncio.Event())
    account = connection(backend)
    runner = CheckRunner(account, Plan((suite(case("a", "A?")),), (BOT,)), {})
    async with aclosing(runner.run()) as checked:
        running = asyncio.ensure_future(anext(checked))
        await until(lambda: backend.made > 0)
        running.cancel()
        await asyncio.wait([running])
    assert backend.sent == []
    assert await outbox_items(account) == []


class Awaited(Struct, frozen=True):
    begun: threading.Event
    goes_on: threading.Event

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        self.begun.set()
        return "" if self.goes_on.wait(timeout=5) else "held up whoever waits"


async def test_nobody_waits_while_an_answer_is_judged() -> None:
    awaited = Awaited(threading.Event(), threading.Event())
    plan = Plan((suite(case("a", "A?", expects=[awaited])),), (BOT,))
    running = asyncio.ensure_future(ran(Deleting(scripts=[says("4")]), plan))
    await until(awaited.begun.is_set)
    awaited.goes_on.set()
    _, [attempt] = await running
    assert attempt.verdict is Verdict.HOLDS


async def test_after_a_refused_key_nothing_else_is_asked() -> None:
    backend = Deleting(scripts=[[AccessRefused("The key is wrong.")]])
    plan = Plan((suite(case("a", "A?"), case("b", "B?")),), (BOT,), repeat=3)
    runner, attempts = await ran(backend, plan)
    assert backend.sent == ["A?"]
    assert [each.verdict for each in attempts] == [Verdict.UNKNOWN]
    assert runner.refusal is not None
    assert runner.refusal.exit_code == 3


@pytest.mark.parametrize(
    ("error", "undeleted"),
    [(NotOffered("No."), 0), (ServerFailed("HTTP 500."), 1)],
)
async def test_a_session_that_cannot_be_deleted_is_named(error: Exception, undeleted: int) -> None:
    backend = Deleting(scripts=[says("1")], refuses=[error])
    runner, [attempt] = await ran(backend, Plan((suite(case("a", "A?")),), (BOT,)))
    assert attempt.session_id == "new-0"
    assert len(runner.undeleted) == undeleted
    kept = Deleting(scripts=[says("1")])
    _, [attempt] = await ran(kept, Plan((suite(case("a", "A?")),), (BOT,), keep=Keep.ALL))
    assert (attempt.session_id, kept.deleted) == ("new-0", [])


async def test_a_session_that_is_kept_is_no_news_to_whoever_had_it_asked() -> None:
    can = Capabilities("chatbot", sessions_belong_to_bot=True, operators=True)
    account = connection(Deleting(scripts=[says("1")], can=can))
    account.local.marks.begin_at(LONG_AGO)
    plan = Plan((suite(case("a", "A?")),), (BOT,), keep=Keep.ALL)
    async with aclosing(CheckRunner(account, plan, {}).run()) as checked:
        assert len([each async for each in checked]) == 1
    [listed] = account.listed_sessions()
    assert listed.changed_at is not None
    assert not account.local.marks.is_unread(listed)
    # nor is it one of a customer's
    assert account.local.marks.of(listed.id).is_ours


async def test_sessions_of_cases_that_do_not_hold_can_be_kept_alone() -> None:
    error = StreamBroken("The answer broke off.")
    backend = Deleting(scripts=[says("4"), says("5"), [says("6")[1], error]])
    # what broke off is not stored
    backend.stores = lambda session_id, text, streamed: [] if streamed == "6" else [
        user(f"{session_id}-q", text), assistant(f"{session_id}-a", streamed)
    ]  # fmt: skip
    cases = [case(each, "Four?", expects=[Contains("4")]) for each in ("a", "b", "c")]
    watched: list[str] = []
    plan = Plan((suite(*cases),), (BOT,), keep=Keep.FAILED)
    runner = CheckRunner(
        connection(backend), plan, {}, lambda asked: watched.append(asked.case.name)
    )
    async with aclosing(runner.run()) as checked:
        attempts = [each.attempt async for each in checked]
    assert [each.session_id for each in attempts] == ["", "new-1", "new-2"]
    assert [each.verdict.value for each in attempts] == ["holds", "fails", "unknown"]
    assert backend.deleted == ["new-0"]
    assert list(dict.fromkeys(watched)) == ["a", "b", "c"]
    assert attempts[2].turns[0].came == "6"


async def test_repetitions_and_bots_are_all_asked_and_summed_up() -> None:
    backend = Deleting(scripts=[says(text) for text in "4545"])
    backend.offered = [Bot("a", SafeText("Ann")), Bot("b", SafeText("Ben"))]
    plan = Plan((suite(case("c", "C?", expects=[Contains("4")])),), tuple(backend.offered), 2)
    assert plan.questions == 4
    _, attempts = await ran(backend, plan)
    assert backend.asked_bots == ["a", "a", "b", "b"]
    run = SuiteRun("Prices", StillClock().now(), tuple(attempts))
    assert [(each.bot_name, each.held, each.verdict) for each in run.summaries] == [
        ("Ann", 1, Verdict.FAILS),
        ("Ben", 1, Verdict.FAILS),
    ]
    assert run.verdict is Verdict.FAILS


async def test_an_answer_is_compared_with_that_of_the_run_before() -> None:
    plan = Plan((suite(case("c", "C?", expects=[SameAsLast()])),), (BOT,))
    for text, verdict in (("4", Verdict.HOLDS), ("5", Verdict.FAILS)):
        former = FormerAnswers({("c", "bot", 0): text})
        _, [attempt] = await ran(Deleting(scripts=[says("4")]), plan, former)
        assert attempt.verdict is verdict


async def test_as_many_cases_as_wanted_are_asked_at_once() -> None:
    gate = asyncio.Event()
    backend = Deleting(scripts=[[gate, *says(str(number))] for number in range(5)])
    cases = [case(f"c{number}", f"{number}?") for number in range(5)]
    asking = asyncio.ensure_future(ran(backend, Plan((suite(*cases),), (BOT,), jobs=3)))
    await until(lambda: backend.streams_open == 3)
    gate.set()
    _, attempts = await asking
    assert backend.most_open == 3
    assert {each.case.name for each in attempts} == {each.name for each in cases}
    assert sorted(backend.sent) == [f"{number}?" for number in range(5)]


async def test_a_run_that_is_stopped_deletes_what_it_made() -> None:
    never = asyncio.Event()
    backend = Deleting(scripts=[says("1"), [never], [never]])
    cases = [case(f"c{number}", f"{number}?") for number in range(6)]
    runner = CheckRunner(connection(backend), Plan((suite(*cases),), (BOT,), jobs=2), {})
    async with aclosing(runner.run()) as checked:
        await anext(checked)
        await until(lambda: len(backend.sent) == 2)
    assert backend.streams_open == 0
    assert len(backend.deleted) == len(backend.sent) == 2


@pytest.mark.parametrize("is_of_bot", [True, False], ids=["sessions of a bot", "of all"])
async def test_several_bots_are_asked_at_once_and_each_answers_in_its_own_session(
    is_of_bot: bool,
) -> None:
    both = asyncio.Event()
    backend = Deleting(scripts=[[both, *says("1")], [both, *says("2")]])
    backend.can = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=is_of_bot)
    bots = (BOT, Bot("other", SafeText("Other")))
    runner = CheckRunner(connection(backend), Plan((suite(case("a", "A?")),), bots, jobs=2), {})
    async with aclosing(runner.run()) as checked:
        running = asyncio.ensure_future(anext(checked))
        await until(lambda: len(backend.sent) == 2)
        both.set()
        attempts = [(await running).attempt, (await anext(checked)).attempt]
    assert sorted(backend.asked_bots) == ["bot", "other"]
    assert {each.bot_id for each in attempts} == {"bot", "other"}
    assert len(backend.deleted) == 2
    assert backend.histories == {}


async def test_the_last_calls_of_a_quota_are_left_alone() -> None:
    backend = Deleting(scripts=[says("1")])
    clock, waited = StillClock(), list[float]()
    traffic = backend.seen_traffic
    traffic.clock = clock

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.seconds += seconds

    traffic.sleep = sleep
    traffic.quota = Quota(100, 3, clock() + 40)
    await ran(backend, Plan((suite(case("a", "A?")),), (BOT,)))
    assert waited == [40]
    assert backend.sent == ["A?"]


def test_what_fails_counts_before_what_is_unknown() -> None:
    assert worst([]) is Verdict.HOLDS
    assert worst([Verdict.HOLDS, Verdict.UNKNOWN]) is Verdict.UNKNOWN
    assert worst([Verdict.UNKNOWN, Verdict.FAILS, Verdict.HOLDS]) is Verdict.FAILS


def test_the_answer_of_another_bot_is_none_before() -> None:
    former = FormerAnswers({("c", "a", 0): "4"})
    assert former.answer("c", "a", 0) == Answer("4")
    assert former.answer("c", "b", 0) is None


@unhurried
async def test_what_broke_off_took_until_the_history_showed_it_whole() -> None:
    clock, answer = StillClock(), assistant("a", "It is 4.")

    def read_late(_: int, stored: list[Message]) -> list[Message]:
        clock.seconds += 5
        return stored

    came = TextDelta(SafeText("It is"))
    backend = Deleting(scripts=[says("It is 4."), [came, StreamBroken("Cut.")]], shows=read_late)
    backend.stores = lambda _, question, __: [user("q", question), answer]
    plan = Plan((suite(case("whole", "How much?"), case("broken", "How much?")),), (BOT,), jobs=1)
    async with aclosing(CheckRunner(connection(backend, clock), plan, {}).run()) as checked:
        answers = [each.attempt.turns[0].answer async for each in checked]
    assert [each and each.text for each in answers] == ["It is 4.", "It is 4."]
    assert [each and each.seconds for each in answers] == [0, 5]

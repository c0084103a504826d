from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, StillClock, assistant, connection, user
from tui.backends.base import Teaching
from tui.conversation.teaching import FOLLOWED_S, UNCLEAR, Teacher, unmarked_answer
from tui.errors import (
    AccessRefused,
    BadInput,
    NotFound,
    NotOffered,
    RunnelError,
    ServerFailed,
    Unreachable,
)
from tui.facts import BotSource, SourceStatus
from tui.model import Citation, CitationsPart
from tui.safe_text import SafeText


@dataclass(repr=False)
class School(ScriptedBackend, Teaching):
    """A server that can be taught; what it says of its sources is `states`, one each time."""

    errors: list[RunnelError] = field(default_factory=list)
    states: list[SourceStatus] = field(default_factory=list)
    taught: list[tuple[str, str, str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    """The bots that were asked for their sources."""
    gate: asyncio.Event | None = None
    """What is taught is answered when it is set."""

    @property
    def teaching(self) -> Teaching:
        return self

    async def teach(self, bot_id: str, question: str, answer: str, link: str = "") -> BotSource:
        self.taught.append((bot_id, question, answer, link))
        if self.gate is not None:
            await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return source(SourceStatus.AWAITED)

    async def sources(self, bot_id: str) -> list[BotSource]:
        self.looked_at.append(bot_id)
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return [] if self.deleted else [source(state)]

    async def delete_source(self, bot_id: str, source_id: str) -> None:
        self.deleted.append(source_id)


def source(status: SourceStatus) -> BotSource:
    return BotSource("d1", SafeText("Price?"), SafeText("qa"), status)


def teacher(backend: ScriptedBackend) -> Teacher:
    made = connection(backend)
    made.bot_id = "bot"
    return Teacher(made)


async def followed(by: Teacher, first: BotSource) -> Sequence[SourceStatus]:
    return [each.status async for each in by.follow(first)]


@unhurried
async def test_a_lesson_is_sent_once_kept_here_and_followed_until_the_bot_has_taken_it_in() -> None:
    awaited, ready = SourceStatus.AWAITED, SourceStatus.READY
    backend = School(states=[awaited, awaited, ready])
    by = teacher(backend)
    made = await by.teach("Price?", "4 €.", "https://shop.example", session_id="s")
    assert backend.taught == [("bot", "Price?", "4 €.", "https://shop.example")]
    assert await followed(by, made) == [ready]
    assert len(backend.looked_at) == 3
    [(told, lesson)] = await by.sources()
    assert told.status is ready
    assert lesson is not None
    assert (lesson.source_id, lesson.question, lesson.session_id) == ("d1", "Price?", "s")
    assert await by.unclear() == []
    await by.delete("d1")
    assert backend.deleted == ["d1"]
    with pytest.raises(NotFound):
        await followed(by, made)


@unhurried
async def test_a_lesson_is_of_the_bot_that_was_picked_when_it_was_begun() -> None:
    backend = School(states=[SourceStatus.AWAITED, SourceStatus.READY])
    made = connection(backend)
    made.bot_id = "bot"
    by = Teacher(made)
    made.bot_id = "other"
    assert await followed(by, await by.teach("Price?", "4 €.")) == [SourceStatus.READY]
    assert [bot for bot, *_ in backend.taught] == ["bot"]
    assert {*backend.looked_at} == {"bot"}


@pytest.mark.parametrize(
    ("error", "is_unclear"),
    [
        (Unreachable("No server.", sent=False), False),
        (Unreachable("The line broke.", sent=True), True),
        (ServerFailed("HTTP 500.", status=500), True),
        (ServerFailed("HTTP 422.", status=422), False),
        (AccessRefused("Wrong key."), False),
        (NotOffered("Cannot be taught."), False),
    ],
    ids=lambda each: each.sentence if isinstance(each, RunnelError) else "",
)
async def test_what_may_have_arrived_stays_and_nothing_is_sent_again(
    error: RunnelError, is_unclear: bool
) -> None:
    backend = School(errors=[error], states=[SourceStatus.READY])
    by = teacher(backend)
    with pytest.raises(type(error)):
        await by.teach("Price?", "4 €.")
    assert len(backend.taught) == 1
    assert [each.question for each in await by.unclear()] == ["Price?"] * is_unclear


async def test_a_lesson_has_arrived_where_there_is_a_source_of_its_question() -> None:
    backend = School(states=[SourceStatus.READY])
    by = teacher(backend)
    for question in ("Price?", "Price?", "Weight?"):
        backend.errors = [Unreachable("The line broke.", sent=True)]
        with pytest.raises(Unreachable):
            await by.teach(question, "4 €.")
    for _ in range(2):
        [(_, lesson)] = await by.sources()
        assert lesson is not None
        assert (lesson.question, lesson.source_id) == ("Price?", "d1")
        # the other one may still come
        assert sorted(each.question for each in await by.unclear()) == ["Price?", "Weight?"]


async def test_what_did_not_arrive_is_told_once_when_it_cannot_come_any_more() -> None:
    school = School(states=[SourceStatus.READY], errors=[Unreachable("Cut.", sent=True)] * 2)
    clock = StillClock()
    by = Teacher(connection(school, clock))
    for question in ("Weight?", "Price?"):
        with pytest.raises(Unreachable):
            await by.teach(question, "4")
    clock.seconds = UNCLEAR.total_seconds()
    await by.sources()
    # one has arrived, the other may still
    assert await by.take_lost() == []
    clock.seconds += 1
    assert [each.question for each in await by.take_lost()] == ["Weight?"]
    assert (await by.take_lost(), await by.unclear()) == ([], [])


async def test_what_cannot_be_taught_is_told_before_anything_is_kept_or_sent() -> None:
    backend = School(states=[SourceStatus.READY])
    by = teacher(backend)
    for texts in ((" ", "A."), ("Q?", "\n"), ("Q?", "A.", "shop.example"), ("Q?", "A.", "file:/x")):
        with pytest.raises(BadInput):
            await by.teach(*texts)
    with pytest.raises(NotOffered):
        await teacher(ScriptedBackend()).teach("Q?", "A.")
    assert backend.taught == []
    assert await by.unclear() == []


@unhurried
async def test_a_bot_that_never_takes_a_lesson_in_is_not_asked_for_ever() -> None:
    backend = School(states=[SourceStatus.AWAITED])
    by = teacher(backend)
    assert await followed(by, source(SourceStatus.AWAITED)) == []
    assert len(backend.looked_at) < FOLLOWED_S / 10


def test_a_right_answer_begins_with_the_given_one_without_marks_of_sources() -> None:
    cited = CitationsPart(
        tuple(Citation(SafeText(each), SafeText("T")) for each in ("1.1", "2", ""))
    )
    exchange = [
        user("q", "When [1.1]?"),
        assistant("a", "Soon [1.1], or[2] later; see a[0] and [].", cited),
        assistant("b", "Not now [1.1]."),
    ]
    assert unmarked_answer(exchange) == "Soon, or later; see a[0] and [].\n\nNot now [1.1]."

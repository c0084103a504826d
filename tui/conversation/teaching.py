"""Teaching: a question with its answer sent to a bot once, and followed until it is taken in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from tui.backends.base import Teaching, offered
from tui.backends.json_reading import web_address
from tui.conversation.account import Account
from tui.errors import AccessRefused, BadInput, NotFound, NotOffered, RunnelError, Unreachable
from tui.facts import BotSource, SourceStatus
from tui.model import CitationsPart, Message, Role, new_own_id
from tui.safe_text import clean_line
from tui.store import KeptLesson
from tui.store.copies import CLOCK_SKEW
from tui.values import replace

FOLLOWED_S = 180.0
"""So long it is asked whether a bot has taken a lesson in."""
_FIRST_LOOK_S, _LONGEST_LOOK_S = 1.0, 15.0
UNCLEAR = timedelta(minutes=10)
"""So long after it was sent a lesson may still come to stand among the sources."""


def unmarked_answer(exchange: Sequence[Message]) -> str:
    """Return what was answered, as the beginning of a right answer: without marks of sources.

    A bot marks the sources of what it answers itself.
    """
    return "\n\n".join(_unmarked(each) for each in exchange if each.role is Role.ASSISTANT)


def _unmarked(message: Message) -> str:
    text: str = message.text
    for part in message.parts:
        if isinstance(part, CitationsPart):
            for mark in (f"[{each.marker}]" for each in part.citations if each.marker):
                text = text.replace(f" {mark}", "").replace(mark, "")
    return text


class Teacher:
    """Teaches a bot, without an id the one that is picked in an account now."""

    def __init__(self, account: Account, bot_id: str = "") -> None:
        self._account = account
        self._bot_id = bot_id or account.bot_id
        self._are_read = False

    def check(self, question: str, answer: str, link: str = "") -> None:
        """Look whether that can be taught here.

        Raises:
            BadInput: one of the texts is empty, or the link is no web address.
            NotOffered: this server cannot be taught.
        """
        self._teaching("be taught")
        if not question.strip() or not answer.strip():
            raise BadInput("A question and its answer are needed.", hint="Neither may be empty.")
        if link and not web_address(link):
            raise BadInput("The source is no web address.", hint="It begins with https://.")

    async def teach(
        self, question: str, answer: str, link: str = "", *, session_id: str = ""
    ) -> BotSource:
        """Send a question with its answer, once; both are kept here before they go out.

        Where it stays unclear whether they arrived, they stay in the list without an id.

        Raises:
            RunnelError: what `check` raises too.
        """
        self.check(question, answer, link)
        account, teaching = self._account, self._teaching("be taught")
        lesson = KeptLesson(
            new_own_id(), self._bot_id, question, answer, link, account.now(), "", session_id
        )
        lessons = account.store.lessons
        lessons.keep(lesson)
        await account.store.flush()
        try:
            source = await teaching.teach(self._bot_id, question, answer, link)
        except RunnelError as error:
            if _was_refused(error):
                lessons.drop(lesson.id)
            raise
        lessons.keep(replace(lesson, source_id=source.id))
        return source

    async def follow(self, source: BotSource) -> AsyncGenerator[BotSource, None]:
        """Yield what becomes of a source each time it changes, until the bot has taken it in.

        Ends after `FOLLOWED_S` too.

        Raises:
            NotFound: somebody has deleted it meanwhile.
        """
        sleep, waited_s, wait_s = self._account.backend.traffic.sleep, 0.0, _FIRST_LOOK_S
        unsettled = (SourceStatus.AWAITED, SourceStatus.UNKNOWN)
        while source.status in unsettled and waited_s < FOLLOWED_S:
            await sleep(wait_s)
            waited_s += wait_s
            wait_s = min(2 * wait_s, _LONGEST_LOOK_S)
            with self._account.backend.traffic.unhurried():
                sources = await self._teaching("tell what a bot answers from").sources(self._bot_id)
            found = next((each for each in sources if each.id == source.id), None)
            if found is None:
                raise NotFound("The server has no such source any more.")
            if found.status is not source.status:
                yield found
            source = found

    async def sources(self) -> Sequence[tuple[BotSource, KeptLesson | None]]:
        """Return what the bot answers from, with the lessons of those that were taught from here.

        Newest first. A lesson of which it was unclear whether it arrived has arrived where there is
        a source of its question.
        """
        kept = self._account.store.lessons
        lessons = {each.source_id: each for each in await kept.all() if each.source_id}
        sources = await self._teaching("tell what a bot answers from").sources(self._bot_id)
        for lesson in await self.unclear():
            unclaimed = (each for each in sources if each.id not in lessons)
            if (source := next((e for e in unclaimed if _is_of(e, lesson)), None)) is not None:
                lessons[source.id] = replace(lesson, source_id=source.id)
                kept.keep(lessons[source.id])
        self._are_read = True
        return [(each, lessons.get(each.id)) for each in sources]

    async def unclear(self) -> Sequence[KeptLesson]:
        """Return the lessons of which it is not known whether they arrived."""
        lessons = await self._account.store.lessons.all()
        return [each for each in lessons if not each.source_id and each.bot_id == self._bot_id]

    async def take_lost(self) -> Sequence[KeptLesson]:
        """Return the lessons that did not arrive, as the sources show, and keep them no more.

        Those are without a source after `UNCLEAR`; none before `sources` were read.
        """
        over = self._account.now() - UNCLEAR
        lost = [each for each in await self.unclear() if self._are_read and each.taught_at < over]
        for each in lost:
            self._account.store.lessons.drop(each.id)
        return lost

    async def delete(self, source_id: str) -> None:
        """Take a source away from the bot, and out of the list of lessons.

        Raises:
            NotFound: it has none of that id.
        """
        await self._teaching("delete sources").delete_source(self._bot_id, source_id)
        for each in await self._account.store.lessons.all():
            if each.source_id == source_id:
                self._account.store.lessons.drop(each.id)

    def _teaching(self, what: str) -> Teaching:
        return offered(self._account.backend.teaching, what)


def _is_of(source: BotSource, lesson: KeptLesson) -> bool:
    """Whether a source may be what became of a lesson."""
    made_at = source.created_at
    is_later = made_at is None or made_at >= lesson.taught_at - CLOCK_SKEW
    return is_later and source.title == clean_line(lesson.question)


def _was_refused(error: RunnelError) -> bool:
    """Whether nothing arrived, or what arrived was not taken."""
    if isinstance(error, Unreachable):
        return not error.sent
    is_refusal = isinstance(error, (AccessRefused, BadInput, NotFound, NotOffered))
    return is_refusal or 400 <= (error.status or 0) < 500

"""`runnel teach` and `runnel sources`: what a bot is taught, and all that it answers from."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, profile_option
from tui.cli.output import narrate, warn, write, write_columns, write_json
from tui.cli.question import question_from_argument, question_from_stdin
from tui.errors import BadInput, NotFound, RunnelError
from tui.facts import BotSource, SourceStatus
from tui.safe_text import JsonValue, clean, clean_line

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.store import KeptLesson

_SHOWN_CHARS = 2_000
_TITLE_CHARS = 80
_LOST_CHARS = 10_000
"""So much of a text is told that is kept nowhere any more."""
_STATES = {
    SourceStatus.AWAITED: "waiting",
    SourceStatus.READY: "ready",
    SourceStatus.FAILED: "failed",
    SourceStatus.UNKNOWN: "unknown",
}


@click.command(short_help="Teach a bot the answer to a question.")
@click.option("--question", required=True, metavar="TEXT", help="What will be asked.")
@click.option("--answer", required=True, metavar="TEXT|-", help="The answer; - reads stdin.")
@click.option("--source", "link", default="", metavar="URL", help="Where the answer is from.")
@click.option("-y", "--yes", "is_agreed", is_flag=True, help="Send it without asking back.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the bot has taken it in.")
@profile_option
def teach(
    question: str, answer: str, link: str, is_agreed: bool, no_wait: bool, profile: str
) -> None:
    """Teach the bot of the profile the answer that it is to give to a question from now on.

    You see what will be stored at the server and are asked to agree; it is sent once. Then its
    state is told until the bot has taken it in. Its id goes to stdout. The exit code is 1 where the
    bot cannot take it in. Not every server can be taught.

    Example: runnel teach --question "Do you ship to Norway?" --answer "Yes, within 5 days."
    """
    question = question_from_argument(question)
    answer = question_from_stdin() if answer == "-" else question_from_argument(answer)
    taught = asyncio.run(_teach(profile, question, answer, link, is_agreed, waits=not no_wait))
    if taught.status is SourceStatus.FAILED:
        reason = f": {taught.reason.rstrip('.')}." if taught.reason else "."
        raise RunnelError(
            f"The bot could not take it in{reason}",
            hint=f"runnel sources --delete {clean_line(taught.id)} takes it away again.",
        )


async def _teach(
    profile: str, question: str, answer: str, link: str, is_agreed: bool, *, waits: bool
) -> BotSource:
    from tui.conversation.teaching import Teacher

    async with open_connection(profile) as connection:
        await settle_bot(connection)
        teacher = Teacher(connection)
        teacher.check(question, answer, link)
        await connection.read_bots()
        narrate(f"{_bot_name(connection)} will answer from this:")
        narrate(f"  Question: {clean_line(question, _SHOWN_CHARS)}")
        narrate(f"  Answer: {clean_line(answer, _SHOWN_CHARS)}")
        if link:
            narrate(f"  Source: {clean_line(link, _SHOWN_CHARS)}")
        _require_agreement("Store it, for all who ask the bot?", is_agreed)
        source = await teacher.teach(question, answer, link)
        write(f"{clean_line(source.id)}\n")
        if waits:
            narrate("Stored. The bot takes it in; Ctrl+C stops waiting, not that.")
            async for told in teacher.follow(source):
                source = told
        if source.status is SourceStatus.READY:
            narrate("The bot answers from it now.")
        elif source.status is not SourceStatus.FAILED:
            narrate("The bot has not taken it in yet; runnel sources shows when it has.")
        return source


@click.command(short_help="List what a bot answers from.")
@click.option("--delete", "source_id", metavar="ID", help="Take this source away from the bot.")
@click.option("-y", "--yes", "is_agreed", is_flag=True, help="Delete without asking back.")
@json_option("one JSON array")
@profile_option
def sources(source_id: str | None, is_agreed: bool, as_json: bool, profile: str) -> None:
    """List what the bot of the profile answers from, newest first.

    What was taught from here is marked with *. Not every server tells its sources.

    Example: runnel sources --json
    """
    if source_id is not None:
        asyncio.run(_delete(profile, source_id, is_agreed))
        return
    found, unclear, lost = asyncio.run(_sources(profile))
    if as_json:
        write_json([_record(*each) for each in found], indent=2)
    elif found:
        write_columns([_row(*each) for each in found])
    for each in lost:
        texts = (clean_line(text, _LOST_CHARS) for text in (each.question, each.answer))
        warn(f"It did not arrive, and is not kept any more: “{'” → “'.join(texts)}”.")
    for each in unclear:
        warn(f"Unclear whether it arrived: “{clean_line(each.question, _TITLE_CHARS)}”.")
    if not found:
        narrate("The bot has no sources.")


async def _sources(
    profile: str,
) -> tuple[
    Sequence[tuple[BotSource, KeptLesson | None]], Sequence[KeptLesson], Sequence[KeptLesson]
]:
    """Return the sources, and the lessons that may not have arrived or have not."""
    from tui.conversation.teaching import Teacher

    async with open_connection(profile) as connection:
        await settle_bot(connection)
        teacher = Teacher(connection)
        found, lost = await teacher.sources(), await teacher.take_lost()
        return found, await teacher.unclear(), lost


async def _delete(profile: str, source_id: str, is_agreed: bool) -> None:
    from tui.conversation.teaching import Teacher

    async with open_connection(profile) as connection:
        await settle_bot(connection)
        teacher = Teacher(connection)
        found = [source for source, _ in await teacher.sources() if source.id == source_id]
        if not found:
            raise NotFound(
                f"The bot has no source '{clean_line(source_id, _TITLE_CHARS)}'.",
                hint="runnel sources lists them.",
            )
        await connection.read_bots()
        narrate(f"{_bot_name(connection)} will not answer from this any more:")
        narrate(f"  {clean_line(found[0].title, _SHOWN_CHARS)}")
        _require_agreement("Take it away from the bot?", is_agreed)
        await teacher.delete(source_id)
        narrate("Deleted.")


def _require_agreement(question: str, is_agreed: bool) -> None:
    """Ask a person.

    Raises:
        BadInput: nobody agrees.
    """
    if is_agreed:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("Nothing was changed.", hint="Without a terminal, --yes agrees to that.")
    if not click.confirm(question, err=True):
        raise BadInput("Nothing was changed.")


def _bot_name(connection: Connection) -> str:
    bot = connection.bots.get(connection.bot_id)
    return clean_line(bot.name if bot is not None else connection.bot_id, _TITLE_CHARS)


def _row(source: BotSource, lesson: KeptLesson | None) -> tuple[str, ...]:
    reason = f" ({clean_line(source.reason, _TITLE_CHARS)})" if source.reason else ""
    return (
        " " if lesson is None else "*",
        clean_line(source.id),
        _STATES[source.status],
        clean_line(source.kind) or "-",
        f"{clean_line(source.title, _TITLE_CHARS)}{reason}",
    )


def _record(source: BotSource, lesson: KeptLesson | None) -> dict[str, JsonValue]:
    from tui.formatting.records import iso_time

    return {
        "id": source.id,
        "title": source.title,
        "kind": source.kind or None,
        "status": source.status.value,
        "reason": source.reason or None,
        "link": source.link or None,
        "created_at": iso_time(source.created_at),
        "taught_here": lesson is not None,
        "question": None if lesson is None else clean(lesson.question),
        "answer": None if lesson is None else clean(lesson.answer),
    }

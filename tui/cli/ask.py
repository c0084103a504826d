"""`runnel ask`: one question, its answer as it arrives."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from tui.cli import completers
from tui.cli.answer import EventLines, PlainAnswer
from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.following import follow
from tui.cli.options import (
    Options,
    RecordTo,
    json_option,
    output_option,
    profile_option,
    record_options,
    record_to,
)
from tui.cli.output import report
from tui.cli.question import question_from_argument, question_from_stdin
from tui.cli.recording import recorded
from tui.cli.waits import waits_told
from tui.errors import BadInput
from tui.events import Settled, TurnEvent
from tui.model import MessageStatus, Remedy
from tui.values import replace

if TYPE_CHECKING:
    from tui.conversation import Connection, Conversation

_SHOWS = {
    Remedy.SHOW_WHOLE: "shows the whole answer",
    Remedy.READ_AGAIN: "shows what the server has of it",
}
"""What reading the session again does."""
_KEPT = "The question is kept here, not sent: Alt+O in the app sends it."


@click.command(short_help="Ask one question and print the answer as it arrives.")
@click.argument("text", metavar="TEXT|-")
@click.option(
    "--session",
    metavar="ID",
    help="Ask in this session; without it in a new one.",
    shell_complete=completers.sessions,
)
@click.option(
    "--no-stream", is_flag=True, help="Ask without streaming (for proxies that break it)."
)
@click.option(
    "--yes", "is_agreed", is_flag=True, help="Ask in a customer's session, too: they read it there."
)
@record_options
@output_option("the answer")
@json_option("one JSON event a line, the last one with the stored messages")
@profile_option
@click.pass_obj
def ask(
    options: Options,
    text: str,
    session: str | None,
    no_stream: bool,
    is_agreed: bool,
    record: str | None,
    keep_host: bool,
    as_json: bool,
    profile: str,
) -> None:
    """Ask TEXT, or what stdin holds for -, and print the answer as it arrives.

    The id of a new session goes to stderr. What the history holds besides what came is printed
    after it. The exit code is 0 when the stored answer is whole. In a session that a customer of
    the bot began, nothing is asked before you agree to that, once.

    \b
    Examples:
      runnel ask "Explain SIGWINCH in two sentences"
      git diff | runnel ask - -o review.md
      runnel ask --json "Now in German" --session ID > events.jsonl
    """
    text = question_from_stdin() if text == "-" else question_from_argument(text)
    if not text.strip():
        raise BadInput("There is nothing to ask.", hint='Give a text: runnel ask "…".')
    if session == "":
        raise BadInput("--session is empty.", hint="runnel sessions lists the ids.")
    shown = EventLines() if as_json else PlainAnswer()
    tape = record_to(record, keeps_host=keep_host, otherwise=options.tape)
    way = _Way(streaming=not no_stream, is_agreed=is_agreed, tape=tape)
    code = asyncio.run(_ask(profile, session, text, shown, way))
    raise click.exceptions.Exit(code)


class _Way(Struct, frozen=True):
    """How a question is sent."""

    streaming: bool
    is_agreed: bool
    """A person has agreed that it stands in a customer's session."""
    tape: RecordTo | None


async def _ask(
    profile: str,
    session_id: str | None,
    text: str,
    shown: EventLines | PlainAnswer,
    way: _Way,
) -> int:
    async with open_connection(profile) as connection:
        with recorded(connection, way.tape):
            if session_id is None or not connection.backend.capabilities.sessions_belong_to_bot:
                await settle_bot(connection)
            if session_id is not None:
                await _require_agreement(connection.conversation(session_id), way.is_agreed)
            return await answer(connection, session_id, text, shown, streaming=way.streaming)


async def _require_agreement(conversation: Conversation, is_agreed: bool) -> None:
    """Have a person agree before a question stands in a customer's session; that is kept.

    Raises:
        BadInput: nobody does.
        RunnelError: there is no such session, or it cannot be read.
    """
    await conversation.load()
    if not conversation.is_customers:
        return
    told = "This is a customer's session: your question would stand in it"
    if not is_agreed:
        await conversation.reread()
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise BadInput(
                f"{told}.", hint="--yes agrees to that; without --session it stands in a new one."
            )
        if not click.confirm(f"{told}. Go on?", err=True):
            raise BadInput("Nothing was sent.")
    await conversation.ask_here()


async def answer(
    connection: Connection,
    session_id: str | None,
    text: str,
    shown: EventLines | PlainAnswer,
    *,
    streaming: bool = True,
) -> int:
    """Send `text` once, show what happens, and return the exit code."""
    conversation = connection.conversation(session_id)
    async with waits_told(connection, conversation, lambda: shown.has_room) as line:

        def show(event: TurnEvent) -> None:
            line.hide()
            if isinstance(event, Settled):
                event = _with_command(event, conversation)
            shown.show(event)

        events = conversation.send(text, streaming=streaming)
        followed = await follow(conversation, events, show)
    failure = _with_command(followed.settled, conversation).answer.failure
    if not followed.is_interrupted:
        connection.note_asked(conversation, followed.settled.question.id)
    if failure is not None:
        is_unsent = followed.settled.question.status is MessageStatus.UNSENT
        if is_unsent and connection.store.is_lasting:
            failure = replace(failure, hint=f"{failure.hint} {_KEPT}".lstrip())
        report(failure)
        return failure.exit_code
    return 128 + signal.SIGINT if followed.is_interrupted else 0


def _with_command(settled: Settled, conversation: Conversation) -> Settled:
    """Say of an answer that is not whole which command shows more of it."""
    answer, failure = settled.answer, settled.answer.failure
    if failure is None or failure.remedy not in _SHOWS or conversation.session_id is None:
        return settled
    command = f"runnel messages {conversation.session_id} {_SHOWS[failure.remedy]}."
    failure = replace(failure, hint=f"{failure.hint} {command}".lstrip())
    answer = answer.with_status(answer.status, failure)
    history = tuple(answer if each is settled.answer else each for each in settled.history)
    return Settled(settled.question, answer, history)

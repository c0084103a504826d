"""`runnel watch`: what is asked of a bot, as it is asked."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, profile_option
from tui.cli.output import narrate, warn, write, write_json
from tui.cli.query_command import QueryCommand
from tui.errors import BadInput, RateLimited, Unreachable

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.conversation.watching import NewExchange
    from tui.query import Matcher
    from tui.safe_text import JsonValue

LEAST_S, USUAL_S = 5, 30
COMMAND_S = 60.0
"""So long the command of `--exec` may take."""
_LINE_CHARS = 160


@click.command(cls=QueryCommand, short_help="Print each new exchange with a bot as it happens.")
@click.argument("query", nargs=-1, metavar="[QUERY]")
@click.option(
    "--every",
    "every_s",
    metavar="SECONDS",
    type=click.IntRange(LEAST_S),
    default=USUAL_S,
    show_default=True,
    help="Wait so long between two looks.",
)
@click.option(
    "--exec",
    "command",
    metavar="CMD",
    help="Run CMD for each, which gets what --json prints on its stdin.",
)
@json_option("one JSON object a line, with all messages")
@profile_option
def watch(
    query: tuple[str, ...], every_s: int, command: str | None, as_json: bool, profile: str
) -> None:
    """Print what is asked of a bot from now on, and answered: all of it, or what a QUERY finds.

    Each exchange is one line: when, the session, question and answer. Who the session is held with
    is masked. CMD is no line of a shell: its words are split, and none of them comes from the
    server. Ctrl+C ends it.

    Example: runnel watch feedback:down --exec "notify-send Runnel"
    """
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher

    words = _words(command) if command is not None else []
    matcher = Matcher(parse_in_shell(" ".join(query)), datetime.now(UTC)) if query else None
    asyncio.run(_watch(profile, matcher, every_s, words, as_json=as_json))


def _words(command: str) -> list[str]:
    """Return the words of a command whose first one names a program.

    Raises:
        BadInput: it has none, or a quote in it is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        raise BadInput(
            "--exec ends inside of quotes, or behind a backslash.",
            hint="Close the quotes, or write a backslash before a quote that is meant.",
        ) from None
    if not words or shutil.which(words[0]) is None:
        raise BadInput("--exec names no program that is there.", hint="Give its path.")
    return words


async def _watch(
    profile: str, matcher: Matcher | None, every_s: float, command: list[str], *, as_json: bool
) -> None:
    async with open_connection(profile) as connection:
        if connection.backend.capabilities.sessions_belong_to_bot:
            await settle_bot(connection)
        await watched(connection, matcher, every_s, command, as_json=as_json)


async def watched(
    connection: Connection,
    matcher: Matcher | None,
    every_s: float,
    command: list[str],
    *,
    as_json: bool,
) -> None:
    """Tell of what is new until it is cancelled; a server that is away is waited for.

    Raises:
        RunnelError: the server refuses us, or cannot be reached at the beginning.
    """
    from tui.conversation.sync_patience import SyncPatience
    from tui.conversation.watching import ExchangeWatch

    watching = ExchangeWatch(connection, matcher)
    await watching.begin()
    narrate(f"Watching, every {every_s:.0f} s. Ctrl+C ends it.")
    patience, sleep = SyncPatience(None), connection.backend.traffic.sleep
    while True:
        await sleep(every_s)
        try:
            async for each in watching.look():
                record = _record(each)
                if as_json:
                    write_json(record)
                else:
                    write(_line(each) + "\n")
                if command:
                    await _run(command, record)
            patience.renew()
        except (RateLimited, Unreachable) as error:
            wait_s = patience.wait_s(error)
            warn(f"{error.sentence} Trying again in {wait_s:.0f} s.")
            await sleep(wait_s)


def _record(found: NewExchange) -> dict[str, JsonValue]:
    from tui.formatting.records import message_record, session_record

    return {
        "session": session_record(found.session),
        "messages": [message_record(each) for each in found.exchange.messages],
    }


def _line(found: NewExchange) -> str:
    from tui.model import Role
    from tui.query.numbers import facts_of
    from tui.safe_text import clean_line

    question, *answers = found.exchange.messages
    answer = " ".join(each.text for each in answers if each.role is Role.ASSISTANT)
    facts = facts_of(found.exchange)
    asked_at = question.sent_at
    marks = [
        *facts.labels,
        *(["frustrated"] if facts.frustration else []),
        *([f"feedback {facts.feedback.value}"] if facts.feedback is not None else []),
        *(["no source"] if facts.without_source else []),
        *([f"error: {clean_line(facts.error, 60)}"] if facts.error else []),
    ]
    pieces = [
        f"{asked_at.astimezone():%H:%M:%S}" if asked_at is not None else "-",
        found.session.id,
        clean_line(question.text, _LINE_CHARS),
        "→",
        clean_line(answer, _LINE_CHARS) or "(no answer yet)",
        f"[{', '.join(marks)}]" if marks else "",
    ]
    return " ".join(filter(None, pieces))


async def _run(command: list[str], record: dict[str, JsonValue]) -> None:
    """Run a program with a record on its stdin; what goes wrong is told, and the watch goes on."""
    try:
        running = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    except OSError as error:
        warn(f"--exec cannot be run: {error.strerror}.")
        return
    try:
        async with asyncio.timeout(COMMAND_S):
            await running.communicate(json.dumps(record).encode())
    except TimeoutError:
        warn(f"--exec took longer than {COMMAND_S:.0f} s and was ended.")
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    if running.returncode:
        warn(f"--exec ended with {running.returncode}.")

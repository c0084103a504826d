"""`runnel chat`: a chat in a plain terminal, of lines that are only ever appended."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AsyncExitStack

import click

from tui.cli import completers
from tui.cli.chat_commands import SlashCommands
from tui.cli.chat_lines import note, say_failure
from tui.cli.connecting import open_wiring
from tui.cli.line_reader import LineReader
from tui.cli.options import profile_option
from tui.cli.output import write
from tui.cli.plain_chat import PlainChat
from tui.errors import BadInput, RunnelError
from tui.signal_handlers import answering

TWICE_S = 2.0
"""Ctrl+C within this time of another ends the chat, as it ends the app."""


@click.command(short_help="Chat in a plain terminal, line by line.")
@click.option(
    "--session",
    metavar="ID",
    help="Go on in this session; without it in a new one.",
    shell_complete=completers.sessions,
)
@profile_option
def chat(session: str | None, profile: str) -> None:
    """Chat in a plain terminal: lines with labels, appended one after the other.

    For screen readers, terminals that cannot move their cursor, and those who want the chat in
    their scrollback. Markdown is shown as readable text. Lines that begin with / are commands,
    /help lists them. Ctrl+C stops an answer and keeps what came. From a pipe each line is a
    question; the exit code is that of the last failure.

    \b
    Examples:
      runnel chat --profile work
      TERM=dumb runnel chat --session ID
    """
    if session == "":
        raise BadInput("--session is empty.", hint="runnel sessions lists the ids.")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            wiring = runner.run(stack.enter_async_context(open_wiring(profile)))
            conversation = PlainChat(wiring)
            commands = SlashCommands(conversation)
            runner.run(conversation.begin(session))
            reader = LineReader(conversation.earlier_questions, commands.names)
            # whatever was inherited: it may have been ignored
            with answering(signal.default_int_handler, signal.SIGINT):
                _talk(runner, reader, commands, conversation)
        finally:
            # an impatient Ctrl+C is not to break off what is being put away
            with answering(signal.SIG_IGN, signal.SIGINT):
                runner.run(stack.aclose())
    raise click.exceptions.Exit(0 if reader.is_terminal else conversation.exit_code)


def _talk(
    runner: asyncio.Runner, reader: LineReader, commands: SlashCommands, conversation: PlainChat
) -> None:
    """Take lines until a person has enough."""
    interrupted_at = float("-inf")
    while not commands.is_over:
        try:
            line = reader.read()
            if line is None:
                return
            asked = runner.run(commands.take(line))
            # not in there: a Ctrl+C would end the loop behind the question, and say nothing
            if asked is not None and reader.confirm(asked.question):
                runner.run(asked.act())
        except KeyboardInterrupt:
            write("\n")
            if time.monotonic() - interrupted_at < TWICE_S:
                return
            interrupted_at = time.monotonic()
            note("Ctrl+C again, Ctrl+D or /quit ends the chat.")
        except RunnelError as error:
            conversation.exit_code = error.exit_code
            say_failure(error.sentence, error.hint)

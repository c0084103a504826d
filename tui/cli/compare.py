"""`runnel compare`: one question to several bots at once, and how their answers differ."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from tui.cli.bot import bots_named
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, output_option, profile_option
from tui.cli.output import narrate, warn, write, write_json
from tui.cli.question import question_from_argument, question_from_stdin
from tui.errors import BadInput, RunnelError
from tui.formatting.counts import counted
from tui.safe_text import JsonValue, clean, clean_line

if TYPE_CHECKING:
    from tui.checks.comparison import BotAnswer

_DIFF_CHARS = 2_000


@click.command(short_help="Ask several bots one question at once, and compare their answers.")
@click.argument("text", metavar="TEXT|-")
@click.option(
    "--bot",
    "--model",
    "bots",
    multiple=True,
    metavar="NAME",
    help="Ask this chatbot or model, by id or name; give it once for each.",
)
@click.option("--keep", is_flag=True, help="Leave the sessions at the server.")
@output_option("the comparison")
@json_option("one JSON array with all that was answered")
@profile_option
def compare(text: str, bots: tuple[str, ...], keep: bool, as_json: bool, profile: str) -> None:
    """Ask two bots or more TEXT, or what stdin holds for -, all at the same time.

    Prints each answer with the time until its first text and until it was whole, its length and its
    sources; then how the words of the others differ from those of the first: [-only there-] and
    {+only here+}. Of an answer that broke off it prints what came. The sessions are deleted
    afterwards where the server can. The exit code is 1 when a bot gave no whole answer.

    Example: runnel compare --bot support --bot support-next "How do I get a refund?"
    """
    from tui.checks.comparison import MAX_BOTS

    text = question_from_stdin() if text == "-" else question_from_argument(text)
    if not text.strip():
        raise BadInput("There is nothing to ask.", hint='Give a text: runnel compare … "…".')
    if not 2 <= len({*bots}) <= MAX_BOTS:
        raise BadInput(
            f"Comparing takes 2 to {MAX_BOTS} bots.", hint="Give --bot NAME once for each."
        )
    answers, refusal = asyncio.run(_answers(profile, text, bots, keep=keep))
    if as_json:
        write_json([_record(each) for each in answers], indent=2)
    else:
        _report(answers)
    if refusal is not None:
        raise refusal
    is_whole = all(each.result.answer is not None for each in answers)
    raise click.exceptions.Exit(0 if is_whole else 1)


async def _answers(
    profile: str, text: str, names: Sequence[str], *, keep: bool
) -> tuple[Sequence[BotAnswer], RunnelError | None]:
    """Return the answers in the order in which the bots were named, and why any is missing.

    Raises:
        BadInput: two names are of one bot.
        NotFound: there is no bot of a name.
    """
    from tui.checks.comparison import BotAnswer, comparison_plan
    from tui.checks.running import CheckRunner
    from tui.cli.waits import CountingLine, narrate_waits

    async with open_connection(profile, keeps_questions=False) as connection:
        bots = await bots_named(connection, names)
        if len(bots) < 2:
            raise BadInput(f"Both names are of one bot: {bots[0].name}.", hint="Name another one.")
        runner = CheckRunner(connection, comparison_plan(text, bots, keep=keep), {})
        found: dict[str, BotAnswer] = {}
        line = CountingLine(sys.stderr, sys.stderr.isatty)
        if sys.stderr.isatty():
            narrate_waits(connection.backend.traffic, line.tell)
            line.show(f"Asking {counted(len(bots), 'bot')}; Ctrl+C stops")
        try:
            async with aclosing(runner.run()) as checked:
                async for each in checked:
                    attempt = each.attempt
                    bot = next(bot for bot in bots if bot.id == attempt.bot_id)
                    found[bot.id] = BotAnswer(bot, attempt.turns[0], attempt.session_id)
                    line.show(f"{len(found)} of {counted(len(bots), 'bot')} answered; Ctrl+C stops")
        finally:
            line.hide()
            if runner.undeleted:
                warn(f"{counted(len(runner.undeleted), 'session')} could not be deleted:")
                narrate(", ".join(runner.undeleted))
        return [found[bot.id] for bot in bots if bot.id in found], runner.refusal


def _report(answers: Sequence[BotAnswer]) -> None:
    from tui.checks.case_report import facts_of
    from tui.checks.comparison import differences

    for each in answers:
        write(f"── {clean_line(each.bot.name)} · {facts_of(each.result)}\n")
        if each.session_id:
            write(f"session {each.session_id}\n")
        if each.text:
            write(f"\n{clean(each.text).rstrip()}\n")
        for source in () if each.result.answer is None else each.result.answer.sources:
            write(f"    {' '.join(filter(None, (source.title, source.url)))}\n")
        write("\n")
    for each, difference in differences(answers) if answers else ():
        told = clean_line(difference, _DIFF_CHARS) or "the same words"
        write(
            f"{clean_line(answers[0].bot.name)} compared with {clean_line(each.bot.name)}: {told}\n"
        )


def _record(each: BotAnswer) -> dict[str, JsonValue]:
    from tui.checks.records import turn_record

    return {
        "bot": each.bot.id,
        "bot_name": each.bot.name,
        "session": each.session_id or None,
        **turn_record(each.result),
    }

"""`runnel check`: suites of questions with what is expected of the answers, asked and judged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, output_option, profile_option
from tui.cli.output import FileOutput, narrate, write
from tui.errors import BadInput, NotFound
from tui.formatting.counts import counted
from tui.formatting.nearest import did_you_mean
from tui.safe_text import clean_line
from tui.values import replace

if TYPE_CHECKING:
    from tui.checks.run import FormerAnswers
    from tui.checks.suite import Suite
    from tui.cli.check_run import Request, Runs
    from tui.conversation import Connection, Conversation
    from tui.model import Message
    from tui.store import KeptRun

MAX_JOBS = 16
_RUN = "run"
_LAST = "last"


class _DefaultGroup(click.Group):
    """A group in which the name of `run` may be left out: `runnel check SUITE`."""

    # named as click calls it
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DefaultGroup, subcommand_metavar="SUITE... | COMMAND [ARGS]...")
def check() -> None:
    """Ask a bot the questions of a SUITE, and judge its answers.

    A suite is a TOML file; runnel check new writes an example, runnel check from makes a case of
    something that was really asked, and runnel check run --help tells how a run can be changed.

    \b
    Examples:
      runnel check new prices.toml
      runnel check prices.toml
      runnel check prices.toml --against last
    """


def _set_variables(
    context: click.Context, parameter: click.Parameter, texts: Sequence[str]
) -> dict[str, str]:
    pairs = [each.partition("=") for each in texts]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("must be NAME=VALUE.", context, parameter)
    return {name: value for name, _, value in pairs}


@check.command(name=_RUN, short_help="Ask each case of each SUITE, and judge the answers.")
@click.argument(
    "suites", nargs=-1, required=True, metavar="SUITE...", shell_complete=completers.files
)
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Ask this case alone.")
@click.option(
    "--repeat", type=click.IntRange(1, 100), default=1, help="Ask each case so many times."
)
@click.option(
    "--bot",
    "--model",
    "bots",
    multiple=True,
    metavar="NAME",
    help="Ask this chatbot or model, by id or name; give it twice to compare two.",
)
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), default=1, help="Ask so many cases at once."
)
@click.option(
    "--set", "variables", multiple=True, metavar="NAME=VALUE", callback=_set_variables,
    help="Let {{NAME}} stand for VALUE.",
)  # fmt: skip
@click.option(
    "--against", metavar="last|FILE", shell_complete=completers.files,
    help="Show what changed since the last run, or one that --json wrote.",
)  # fmt: skip
@click.option(
    "--junit", metavar="FILE", shell_complete=completers.files,
    help="Write the results as JUnit's XML too.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Leave the sessions at the server.")
@click.option("--keep-failed", is_flag=True, help="Leave those of cases that do not hold.")
@click.option("-y", "--yes", is_flag=True, help="Send many questions without asking back.")
@output_option("the results")
@json_option("the runs as one JSON array, with all answers")
@profile_option
def run(
    suites: tuple[str, ...],
    cases: tuple[str, ...],
    repeat: int,
    bots: tuple[str, ...],
    jobs: int,
    variables: dict[str, str],
    against: str | None,
    junit: str | None,
    keep: bool,
    keep_failed: bool,
    yes: bool,
    as_json: bool,
    profile: str,
) -> None:
    """Ask each case of each SUITE in a session of its own, and judge the answers.

    No question is sent twice: where no whole answer comes, its case is unknown. The sessions are
    deleted afterwards where the server can. The exit code is 0 when all hold, 1 when one fails or
    is unknown, 2 when something here is wrong, 3 when the server refuses the key.

    \b
    Examples:
      runnel check prices.toml --repeat 3
      runnel check *.toml --yes --junit results.xml
      runnel check prices.toml --against last
      runnel check prices.toml --json -o before.json
      runnel check prices.toml --against before.json
    """
    from tui.checks.reading import read_suite
    from tui.checks.records import former_answers
    from tui.checks.running import Keep
    from tui.cli.check_run import Request

    read = _chosen([read_suite(Path(each), variables) for each in suites], cases)
    former: Mapping[str, FormerAnswers] | None = {}
    if against is not None:
        former = None if against == _LAST else former_answers(Path(against))
    kept = Keep.ALL if keep else Keep.FAILED if keep_failed else Keep.NONE
    request = Request(read, bots, repeat, jobs, kept, yes, former)
    _ask(profile, request, junit, as_json=as_json)


def _ask(profile: str, request: Request, junit: str | None, *, as_json: bool) -> None:
    """Ask what is wanted, tell how it went, and end the command with its exit code."""
    from tui.checks.run import Verdict, worst
    from tui.cli.check_run import Runs, ask_all

    made = Runs()
    try:
        refusal = asyncio.run(ask_all(profile, request, made))
    finally:
        # what is judged is told also when a person stops the rest
        if made.ended:
            _report(made, junit, as_json=as_json)
    if refusal is not None:
        raise refusal
    is_well = worst(each.verdict for each in made.ended) is Verdict.HOLDS
    raise click.exceptions.Exit(0 if is_well else 1)


def _report(made: Runs, junit: str | None, *, as_json: bool) -> None:
    from tui.checks.records import junit as junit_xml
    from tui.cli.check_run import report

    report(made, as_json=as_json)
    if junit is not None:
        with closing(FileOutput(junit)) as file:
            file.write(junit_xml(made.ended))


def _chosen(suites: Sequence[Suite], names: Sequence[str]) -> tuple[Suite, ...]:
    """Return the suites with the cases of these names alone, all of them without a name.

    Raises:
        BadInput: two suites have one name.
        NotFound: there is no such case.
    """
    counts = Counter(each.name for each in suites)
    for name, count in counts.items():
        if count > 1:
            raise BadInput(f"Two suites are called '{name}'.", hint="Change the name of one.")
    known = dict.fromkeys(case.name for suite in suites for case in suite.cases)
    for name in names:
        if name not in known:
            near = did_you_mean(name, known) or "."
            raise NotFound(
                f"There is no case '{clean_line(name)}'{near}",
                hint=f"There are: {clean_line(', '.join(known))}.",
            )
    if not names:
        return tuple(suites)
    chosen = (
        replace(suite, cases=tuple(case for case in suite.cases if case.name in names))
        for suite in suites
    )
    return tuple(each for each in chosen if each.cases)


@check.command(short_help="List the runs that are kept here.")
@click.argument("suite", required=False, default="", metavar="[SUITE]")
@json_option("the runs as one JSON array, with all answers")
@profile_option
def runs(suite: str, as_json: bool, profile: str) -> None:
    """List the runs that are kept here, of the SUITE of that name or of all, newest first.

    Example: runnel check runs --json > runs.json
    """
    found = asyncio.run(_kept_runs(profile, suite))
    if not found:
        raise NotFound("No such run is kept here.", hint="runnel check SUITE keeps each.")
    if as_json:
        write("[" + ",\n".join(each.record for each in found) + "]\n")
        return
    from tui.checks.records import kept_counts

    for each in found:
        held, of = kept_counts(each.record)
        write(
            f"{each.began_at.astimezone():%Y-%m-%d %H:%M}  {each.suite}: {held} of"
            f" {counted(of, 'case')} {'holds' if of == 1 else 'hold'}\n"
        )


async def _kept_runs(profile: str, suite: str) -> Sequence[KeptRun]:
    async with open_connection(profile) as connection:
        return await connection.store.runs.all(suite)


@check.command(short_help="Write a commented example of a suite to FILE.")
@click.argument("file", required=False, metavar="[FILE]", shell_complete=completers.files)
def new(file: str | None) -> None:
    """Write a commented example of a suite to FILE, which must not be there yet, or to stdout."""
    from tui.checks.written import EXAMPLE
    from tui.cli.named_files import refused
    from tui.private_files import write_new

    if file is None:
        write(EXAMPLE)
        return
    try:
        write_new(Path(file), EXAMPLE.encode())
    except (OSError, ValueError) as error:
        raise refused(error, file, "The example", "FILE") from error
    narrate(f"Wrote {file}. Change it, then: runnel check {file}")


@check.command(name="from")
@click.argument("session", shell_complete=completers.sessions)
@click.option(
    "--exchange",
    type=click.IntRange(1),
    metavar="N",
    help="Take the Nth question alone; without it all, one after the other.",
)
@output_option("the case")
@profile_option
def from_session(session: str, exchange: int | None, profile: str) -> None:
    """Make a case of what was asked in a SESSION, given by its id.

    It has the questions as they were asked, and expects the sources and tools of their answers:
    read it, and say what else must hold.

    Example: runnel check from 5f1d0a6c --exchange 2 >> prices.toml
    """
    write(asyncio.run(_case_of(profile, session, exchange)))


async def _case_of(profile: str, session_id: str, number: int | None) -> str:
    from tui.checks.written import case_of
    from tui.model import Role

    async with open_connection(profile) as connection:
        conversation = connection.conversation(session_id)
        messages = await _messages_of(connection, conversation)
        asked = [each.id for each in messages if each.role is Role.USER]
        if not asked or (number is not None and number > len(asked)):
            raise NotFound(f"The session has {counted(len(asked), 'question')}.")
        chosen = asked if number is None else [asked[number - 1]]
        return case_of([conversation.stored.history.exchange_of(each) for each in chosen])


async def _messages_of(connection: Connection, conversation: Conversation) -> Sequence[Message]:
    """Return the messages of a session; where the server has it no more, what is kept of it here.

    Raises:
        NotFound: neither has any.
    """
    await connection.load()
    await conversation.load()
    kept = conversation.messages
    listed = connection.known_session(conversation.id)
    try:
        if not kept or listed is None or listed.gone_at is None:
            return await conversation.reread()
    except NotFound:
        if not kept:
            raise
    narrate("The server has this session no more: the case is made of what is kept here.")
    return kept


@check.command
def schema() -> None:
    """Print the JSON Schema of a suite, for editors."""
    from tui.checks.schema import schema_text

    write(schema_text())

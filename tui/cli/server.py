"""`runnel server`: the embedded server by itself, in the foreground."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from tui.cli import completers
from tui.cli.numbers import NumberRange
from tui.cli.output import narrate, write
from tui.errors import BadInput

if TYPE_CHECKING:
    from tui.apis import Api
    from tui.tapes.tape import Tape

MAX_RATE = 100
_UNITS_S = {"s": 1, "min": 60, "h": 3_600}
_UNTAPED = {
    "dialect": "--dialect",
    "edition": "--edition",
    "rate_limit": "--rate-limit",
    "sessions": "--sessions",
    "arrives_every": "--traffic",
}
_ENDING = {signal.SIGINT, signal.SIGTERM}


class _Rate(click.ParamType[timedelta]):
    """So many in a time, `6/min`: the time from one to the next."""

    name = "rate"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        number, _, unit = str(value).partition("/")
        if not (number.isdecimal() and 0 < int(number) <= MAX_RATE and unit in _UNITS_S):
            self.fail(f"{value!r} is not a rate such as 6/min, 1/s or 20/h.", param, ctx)
        return timedelta(seconds=_UNITS_S[unit]) / int(number)


@click.command
@click.option(
    "--port",
    default=3026,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Listen here; 0 takes a free port.",
)
@click.option(
    "--dialect",
    type=click.Choice(["documented", "real"]),
    default="documented",
    show_default=True,
    help="The HardWire to speak: that of its documentation, or that of its server.",
)
@click.option(
    "--edition",
    type=click.Choice(["newest", "2024-11", "2023-11"]),
    default="newest",
    show_default=True,
    help="The GPT-trainer API to speak: hosts with an older one lack some of its calls.",
)
@click.option(
    "--pace",
    default=1.0,
    show_default=True,
    type=NumberRange(min=0),
    help="Multiply every pause by this; 0 leaves them out.",
)
@click.option(
    "--rate-limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Let HardWire take N calls a minute from an address, and tell how many are left.",
)
@click.option(
    "--sessions",
    metavar="N",
    type=click.IntRange(1, 100_000),
    help="Add a GPT-trainer chatbot with N sessions of customers, as an operator has it.",
)
@click.option(
    "--traffic",
    "arrives_every",
    metavar="RATE",
    type=_Rate(),
    help="Let new sessions of customers begin there, such as 6/min.",
)
@click.option(
    "--tape",
    "file",
    metavar="FILE",
    shell_complete=completers.tapes,
    help="Answer as is recorded on the tape FILE, in its time.",
)
@click.option(
    "--faults",
    is_flag=True,
    help="List what can be made to go wrong with a question, and end.",
)
def server(
    port: int,
    dialect: str,
    edition: str,
    pace: float,
    rate_limit: int | None,
    sessions: int | None,
    arrives_every: timedelta | None,
    file: str | None,
    faults: bool,
) -> None:
    """Run the embedded server alone, with both APIs, until Ctrl+C.

    Its address, key and sign-in go to stderr. With --tape it speaks the API of the tape: the n-th
    answer is the n-th of its method and path there, and the last one again.

    Example: runnel server --port 3026 --dialect real
    """
    if faults:
        write(_fault_list())
        return
    from tui.server import Dialect, Edition, EmbeddedServer

    tape = _read(file) if file is not None else None
    api = _api_of(tape)
    with (
        _ending() as ended,
        EmbeddedServer(
            port=port,
            dialect=Dialect(dialect),
            edition=Edition(edition),
            pace=pace,
            rate_limit=rate_limit,
            sessions=sessions or 0,
            arrives_every=arrives_every,
            tape=tape,
            missed=narrate,
            make_list=api.make_list if api is not None else lambda _, __: None,
            add_asked=api.add_asked if api is not None else lambda _, history, __: history,
        ) as embedded,
    ):
        _tell(embedded.url, tape, has_big=bool(sessions) or arrives_every is not None)
        received = ended()
    if received == signal.SIGINT:
        raise KeyboardInterrupt


@contextmanager
def _ending() -> Iterator[Callable[[], int]]:
    """Give what waits for the signal that is to end the command, and returns its number."""
    # blocked before the server's thread starts, which inherits this, and taken by sigwait alone
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield lambda: signal.sigwait(_ENDING)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _tell(url: str, tape: Tape | None, *, has_big: bool) -> None:
    """Say where the server is, and with what it lets in."""
    if tape is not None:
        _tell_taped(url, tape)
        return
    from tui.server import BIG_CHATBOT, DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD

    narrate(f"Listening at {url} (Ctrl+C ends it)")
    narrate(f"GPT-trainer key:   {DEMO_KEY}")
    if has_big:
        narrate(f"Big chatbot:       {BIG_CHATBOT.id}, {BIG_CHATBOT.name}")
    narrate(f"HardWire sign-in:  {DEMO_EMAIL}, password {DEMO_PASSWORD}")


def _read(file: str) -> Tape:
    """Return the tape in a file.

    Raises:
        BadInput: as `read_tape` does, or beside it something is asked for that a tape has not.
    """
    from tui.tapes.reading import read_tape

    context = click.get_current_context()
    for name in _UNTAPED:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise BadInput(f"{_UNTAPED[name]} and --tape do not go together.")
    return read_tape(file)


def _api_of(tape: Tape | None) -> Api[Any] | None:
    """Return what knows of the API of a tape what is not on it."""
    from tui.apis import APIS

    return APIS.get(tape.header.api) if tape is not None else None


def _tell_taped(url: str, tape: Tape) -> None:
    """Say where the server of a tape is, and with what it lets in."""
    from tui.server import DEMO_EMAIL, DEMO_PASSWORD
    from tui.tapes.tape import base_path_of

    narrate(f"Listening at {url}{base_path_of(tape)} (Ctrl+C ends it)")
    if tape.header.api == "hardwire":
        narrate("It answers as hardwire did on the tape.")
        narrate(f"HardWire sign-in:  {DEMO_EMAIL}, password {DEMO_PASSWORD}")
    else:
        narrate(f"It answers as {tape.header.api} did on the tape, and takes any key.")


def _fault_list() -> str:
    """Return all faults by what they are about, as wide as the terminal."""
    from tui.server.faults import FAULTS, Group

    formatter = click.HelpFormatter()
    formatter.write_text(
        "Put 'fault NAME' into a question to the embedded server, or send the header "
        "'X-Runnel-Fault: NAME'. In brackets: the arguments taken when there are none. Behind the "
        "arrow: what Runnel then shows."
    )
    for group in Group:
        with formatter.section(group[0].upper() + group[1:]):
            rows: list[tuple[str, str]] = []
            for fault in FAULTS:
                if fault.group is group:
                    rows += [(fault.usage, fault.description), ("", f"→ {fault.seen}")]
            formatter.write_dl(rows)
    return formatter.getvalue()

"""Limits of the visits as options of `runnel serve`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from tui.cli.numbers import NumberRange
from tui.serve.limits import Limits

_MEGABYTE = 1_000_000
_USUAL = Limits()
_COUNT, _MINUTES = click.IntRange(1, 1_000), NumberRange(0.01, 100_000)

Command = Callable[..., None]


def limit_options(command: Command) -> Command:
    """Let each limit be an option; the command gets all of them as `limits`."""

    @wraps(command)
    def limited(
        *arguments: Any,
        visitors: int,
        per_address: int,
        per_minute: int,
        idle: float,
        time: float,
        memory: int,
        **others: Any,
    ) -> None:
        limits = Limits(
            visitors=visitors,
            visitors_per_address=per_address,
            connections_per_minute=per_minute,
            idle_s=idle * 60,
            total_s=time * 60,
            memory_bytes=memory * _MEGABYTE,
        )
        command(*arguments, limits=limits, **others)

    bounded: Command = limited
    for option in reversed(_options()):
        bounded = option(bounded)
    return bounded


def _options() -> list[Callable[[Command], Command]]:
    megabytes = click.IntRange(128, 65_536)
    return [
        _limit("--visitors", _USUAL.visitors, _COUNT, "Let so many in at once."),
        _limit(
            "--per-address",
            _USUAL.visitors_per_address,
            _COUNT,
            "Let so many in at once from one address.",
        ),
        _limit(
            "--per-minute",
            _USUAL.connections_per_minute,
            click.IntRange(1, 10_000),
            "Take so many connections a minute from one address.",
        ),
        _limit(
            "--idle",
            _USUAL.idle_s / 60,
            _MINUTES,
            "End a visit after so long without a key.",
            metavar="MINUTES",
        ),
        _limit(
            "--time",
            _USUAL.total_s / 60,
            _MINUTES,
            "End every visit after so long.",
            metavar="MINUTES",
        ),
        _limit(
            "--memory",
            _USUAL.memory_bytes // _MEGABYTE,
            megabytes,
            "Let the app of one visitor have so much memory.",
            metavar="MB",
        ),
    ]


def _limit(
    name: str, usual: float, kind: click.ParamType[Any], what: str, *, metavar: str | None = None
) -> Callable[[Command], Command]:
    return click.option(
        name, default=usual, show_default=True, type=kind, help=what, metavar=metavar
    )

"""Tokens and passwords: from the settings, or from a command that is run when one is needed."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tui.errors import SettingsError
from tui.safe_text import clean_line
from tui.settings.sealed import Sealed
from tui.settings.sources import variable_name

COMMAND_TIMEOUT_S = 30.0
_KILL_TIMEOUT_S = 2.0
_PIECE_BYTES = 65_536

ReadSecret = Callable[[], Awaitable[str]]


def secret_reader(
    profile: str,
    key: str,
    value: Sealed,
    command: str,
    *,
    timeout_s: float = COMMAND_TIMEOUT_S,
) -> ReadSecret | None:
    """Return what gives the secret `key` (`token` or `password`) of `profile` on first need.

    `None` when neither value nor command is set. The reader raises SettingsError when the command
    fails; the error never holds what the command printed.
    """
    if value:
        return _constant(value)
    if not command:
        return None

    async def run() -> str:
        what = f"{key}_command of the profile '{profile}'"
        return await _run(shlex.split(command), what, timeout_s)

    return run


def missing_secret(profile: str, key: str, noun: str) -> ReadSecret:
    """Return a reader that says which secret the profile lacks, once it is needed."""

    async def refuse() -> str:
        variable = variable_name(("profiles", profile, key))
        raise SettingsError(
            f"The profile '{profile}' has no {noun}.",
            hint=f"Run runnel login in a terminal, or set {key}_command in the configuration file"
            f" or the variable {variable}.",
        )

    return refuse


def _constant(value: Sealed) -> ReadSecret:
    async def read() -> str:
        return value.reveal()

    return read


async def _run(words: list[str], what: str, timeout_s: float) -> str:
    program = f"'{clean_line(words[0])}'"
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            # whatever it says would stand across the screen, and may hold the secret
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        # the second when an argument holds a character that none can hold
        reason = clean_line(getattr(error, "strerror", None) or "it holds a NUL")
        raise SettingsError(f"{what} cannot run {program}: {reason}.") from error
    try:
        async with asyncio.timeout(timeout_s):
            line = await _first_line(process)
            status = await process.wait()
    except TimeoutError:
        raise SettingsError(
            f"{what} failed: {program} took longer than {timeout_s:g} s.",
            hint="A command that asks for something must ask outside of this terminal.",
        ) from None
    finally:
        if process.returncode is None:
            await _end(process)
    if status != 0:
        raise SettingsError(
            f"{what} failed: {program} ended with status {status}.",
            hint="Run the command by itself to see what it says.",
        )
    try:
        secret = line.decode().strip()
    except UnicodeDecodeError:
        raise SettingsError(f"{what} failed: {program} printed no UTF-8 text.") from None
    if not secret:
        raise SettingsError(f"{what} failed: the first line {program} printed is empty.")
    return secret


async def _first_line(process: asyncio.subprocess.Process) -> bytes:
    """Return the first line printed, after reading all, so that the command can end."""
    assert process.stdout is not None
    line = piece = await process.stdout.read(_PIECE_BYTES)
    while piece:
        piece = await process.stdout.read(_PIECE_BYTES)
        if b"\n" not in line and len(line) < _PIECE_BYTES:
            line += piece
    return line.partition(b"\n")[0]


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    # a child of the command may hold the pipe open; it must not hold us
    with suppress(TimeoutError):
        async with asyncio.timeout(_KILL_TIMEOUT_S):
            await process.wait()

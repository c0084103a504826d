"""`runnel sync`: copies the histories of all sessions to this machine."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, aclosing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, profile_option
from tui.cli.output import narrate, write_json
from tui.cli.period import period_of
from tui.cli.waits import narrate_waits
from tui.errors import BadInput, RunnelError, ServerFailed
from tui.values import replace

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.conversation.sync import SyncScope
    from tui.conversation.sync_progress import SyncProgress
    from tui.safe_text import JsonValue

TRIES = 6
"""How often in a row a server that cannot be reached is waited for: about four minutes."""


@click.command(short_help="Copy all sessions to this machine.")
@click.option(
    "--all", "rereads", is_flag=True, help="Read every history, changed or not, forgotten or not."
)
@click.option("--since", metavar="WHEN", help="Leave out sessions that changed last before WHEN.")
@json_option("what was done as one JSON object")
@profile_option
def sync(rereads: bool, since: str | None, as_json: bool, profile: str) -> None:
    """Copy the histories of all sessions to this machine, newest first.

    What was copied before and has not changed is not read again: after Ctrl+C the next sync goes
    on where this one stopped. What the server has deleted stays here, marked. What was forgotten
    here is left out until something new is said in it.

    WHEN is 24h, 7d or 2w for that long ago, today, yesterday, a day such as 2026-11-01, or an ISO
    time.

    Example: runnel sync --since 7d
    """
    from tui.conversation.sync import SyncScope

    scope = SyncScope(period_of(since, None, datetime.now().astimezone()).start, rereads)
    progress = asyncio.run(_sync(profile, scope))
    if as_json:
        write_json(_record(progress), indent=2)
    if progress.failure is not None:
        raise ServerFailed(progress.failure.sentence, hint="The next runnel sync tries again.")


async def _sync(profile: str, scope: SyncScope) -> SyncProgress:
    async with open_connection(profile, needs_kept=True) as connection:
        if connection.backend.capabilities.sessions_belong_to_bot:
            await settle_bot(connection)
            # what it is called is told from what is kept, too
            await connection.read_bots()
        return await synced(connection, scope)


async def synced(connection: Connection, scope: SyncScope) -> SyncProgress:
    """Sync, and tell of it; also how far it came when it is stopped.

    Raises:
        BadInput: nothing would be kept.
        RunnelError: the store's file failed while it was read.
    """
    from tui.cli.sync_report import reported, summary
    from tui.conversation.sync import HistorySync
    from tui.conversation.sync_progress import SyncProgress

    progress = SyncProgress(connection.clock)
    try:
        async with reported(progress) as shown, AsyncExitStack() as stack:
            if sys.stderr.isatty():
                narrate_waits(connection.backend.traffic, shown.tell)
            # a server that is not there from the beginning is not waited for
            await connection.sessions()
            _require_file(connection)
            syncing = HistorySync(connection, tries=TRIES).run(replace(scope, is_listed=True))
            events = await stack.enter_async_context(aclosing(syncing))
            async for event in events:
                progress.note(event)
                if not connection.store.is_lasting:
                    raise RunnelError(
                        "What is read now would not be kept, so the rest was not read.",
                        hint="What was said about the store's file tells why.",
                    )
        # there was no room for the rest
        progress.beyond += progress.left
        progress.to_read = progress.done
    finally:
        if progress.to_read is not None:
            narrate(summary(progress))
        if progress.left:
            narrate(f"{progress.left:,} are left; runnel sync goes on with them.")
    return progress


def _require_file(connection: Connection) -> None:
    if connection.profile.embedded:
        raise BadInput(
            "The sessions of the embedded server end with it: there is nothing to sync.",
            hint="runnel setup adds a server.",
        )
    if not connection.store.is_lasting:
        raise BadInput(
            f"Nothing that is read with the profile '{connection.profile.name}' is kept.",
            hint="Its keep setting, or what was said about the store's file, tells why.",
        )


def _record(progress: SyncProgress) -> JsonValue:
    return {
        "copied": progress.copied,
        "messages": progress.messages,
        "unchanged": progress.current,
        "deleted_at_server": progress.gone + progress.missing,
        "beyond_what_is_kept": progress.beyond,
        "forgotten": progress.forgotten,
        "failed": progress.failed,
        "seconds": round(progress.spent_s, 3),
    }

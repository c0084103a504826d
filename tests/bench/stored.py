"""Scenario of a store with many sessions: a start over it, beside one over an empty store."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench.archive import START, Archive
from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures
from tests.bench.gpt_trainer import BOT
from tests.bench.laboratory import COMPOSER, NARROW, START_LIMIT_S, Laboratory
from tests.bench.pseudo_terminal import PseudoTerminal
from tui.model import Session
from tui.store import AccountKey, digest_of
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.store.sqlite.maintenance import rebuild_index
from tui.values import replace

_NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there: what is shown is what is stored."""
_STARTS = 5
_START_S = 3.0
_BATCH = 500


def stored(lab: Laboratory) -> Figures:
    """What starts cost in their first seconds, over a full and an empty store at once."""
    environments = {"empty": _offline(lab), "full": _offline(lab)}
    asyncio.run(_fill(Path(environments["full"]["XDG_DATA_HOME"]), lab.extent.stored))
    cpu_s = {name: list[float]() for name in environments}
    resident_mb = {name: list[float]() for name in environments}
    with ThreadPoolExecutor(len(environments)) as pool:
        for number in range(_STARTS + 1):
            # at once, so that the machine is the same to both
            costs = zip(environments, pool.map(_started, environments.values()), strict=True)
            for name, cost in costs:
                # the first start of a fresh copy compiles it, and makes the empty store
                if number:
                    cpu_s[name].append(cost[0])
                    resident_mb[name].append(cost[1])
    return {
        "over a full store: CPU s": cpu_s["full"],
        "over an empty store: CPU s": cpu_s["empty"],
        "over a full store: CPU ÷ empty": median(cpu_s["full"]) / median(cpu_s["empty"]),
        "over a full store: MB": resident_mb["full"],
        "over an empty store: MB": resident_mb["empty"],
    }


def _offline(lab: Laboratory) -> Mapping[str, str]:
    return {**lab.environment(), "RUNNEL_PROFILES__BENCH__BASE_URL": _NOWHERE}


async def _fill(data_home: Path, count: int) -> None:
    """Write sessions with an exchange each where Runnel looks for them, and list them."""
    path = data_home / "runnel" / STORE_FILE
    path.parent.mkdir(parents=True, mode=0o700)
    bot_id = str(BOT["uuid"])
    listed: list[Session] = []
    with closing(SqliteStore(path, sys.exit)) as store:
        account = store.account(AccountKey("gpt-trainer", _NOWHERE, bot_id))
        for session, messages in Archive(count, each=2).sessions():
            account.upsert_messages(session.id, messages)
            digest = digest_of([each.message for each in messages])
            title, preview = digest.first_question, digest.last_answer
            listed.append(replace(session, title=title, preview=preview))
            if len(listed) % _BATCH == 0:
                await account.flush()
        account.lists.replace(bot_id, listed[::-1])
        account.copies.note_list_read(bot_id, START)
        await account.flush()
    # else a start would go on with that in its first seconds
    rebuild_index(path, lambda: None)


def _started(environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the CPU seconds and the resident MB of a start after its first seconds."""
    home = Path(environment["HOME"])
    command = [sys.executable, "-m", "tui"]
    with PseudoTerminal(command, environment, folder=home, size=NARROW, end=COMPOSER) as terminal:
        terminal.wait_seen(COMPOSER, limit_s=START_LIMIT_S)
        time.sleep(max(0, terminal.started_at + _START_S - time.monotonic()))
        # on a busy machine not all of it is done by then
        terminal.wait_calm(START_LIMIT_S)
        if terminal.has_ended:
            raise NotMeasured("Runnel has ended by itself")
        return terminal.snapshot().cpu_s, terminal.resident_mb

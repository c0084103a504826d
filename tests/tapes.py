"""Records the tapes of the package: `python -m tests.tapes [--check]`.

Time is that of a loop on which waiting takes none: the same code gives the same bytes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx

from tests.asgi_streams import Streamed
from tests.made_files import run_command
from tui.backends.base import Backend
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.hardwire.backend import HardWire
from tui.backends.http.client import client_over
from tui.conversation import Connection, Conversation
from tui.model import Profile
from tui.server import (
    DEMO_EMAIL,
    DEMO_KEY,
    DEMO_PASSWORD,
    GPT_TRAINER_STARTERS,
    HARDWIRE_STARTERS,
)
from tui.server.demo import ScriptedPart
from tui.server.site import Site
from tui.server.web.pacing import Delivery
from tui.store import MemoryStore
from tui.tapes.loops import UnhurriedLoop
from tui.tapes.packaged import ENDING, FOLDER
from tui.tapes.reading import read_tape
from tui.tapes.recording import Recording, header_of
from tui.tapes.wire import Answered, Arrived, Wire

BEGAN_AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
NEXT_S = 1.5
"""So long after a question another one is asked, beside it."""
READING_S = 2.0
"""So long a person looks at an answer."""
_SEED = 7
_URL = "http://tape"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is asked of an API, each question in a session of its own."""

    api: str
    questions: tuple[str, ...]


SCENES: Mapping[str, Scene] = {
    "demo": Scene("hardwire", (HARDWIRE_STARTERS[1], HARDWIRE_STARTERS[0])),
    "citations": Scene("gpt-trainer", GPT_TRAINER_STARTERS[:1]),
    "tools": Scene("hardwire", HARDWIRE_STARTERS[:1]),
    "cut": Scene("hardwire", ("Show me markdown, fault cut",)),
    **{
        word: Scene("hardwire", (f"Show me {word}",))
        for word in ("code", "error", "links", "long", "markdown", "slow", "table", "unicode")
    },
}


def recorded(scene: Scene, file: Path) -> bytes:
    """Return the tape of a scene, which is written to a new `file` on the way."""
    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        runner.run(_record(scene, file))
    return file.read_bytes()


async def _record(scene: Scene, file: Path) -> None:
    clock = asyncio.get_running_loop().time

    def now() -> datetime:
        return BEGAN_AT + timedelta(seconds=clock())

    delivery = Delivery(random=Random(_SEED))
    site = Site(delivery, ScriptedPart(), now, _SEED)
    wire = Wire(clock=clock)
    client = client_over(Streamed(site.application(_URL)), wire=wire)
    backend = _backend(scene.api, client)
    traffic = backend.traffic
    traffic.clock, traffic.jitter = clock, lambda: 1.0
    connection = Connection(
        Profile("tape", scene.api, _URL, account=DEMO_EMAIL),
        backend,
        MemoryStore(),
        clock=clock,
        now=now,
        wire=wire,
    )
    header = header_of(scene.api, BEGAN_AT)
    recording = Recording(FileIO(file, "xb"), wire, header, frozenset)
    connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
    asking = list[asyncio.Task[None]]()
    for question in scene.questions:
        asking.append(asyncio.create_task(_ask(connection.conversation(), question)))
        await asyncio.sleep(NEXT_S)
    await asyncio.gather(*asking)
    await asyncio.sleep(READING_S)
    recording.close()
    await connection.aclose()


async def _ask(conversation: Conversation, question: str) -> None:
    async with aclosing(conversation.send(question)) as turn:
        async for _ in turn:
            pass


def _backend(api: str, client: httpx.AsyncClient) -> Backend:
    if api == "gpt-trainer":
        return GptTrainer(client, _URL, _telling(DEMO_KEY))
    ids = Random(_SEED)
    return HardWire(
        client,
        _URL,
        DEMO_EMAIL,
        _telling(DEMO_PASSWORD),
        new_session_id=lambda: str(UUID(int=ids.getrandbits(128), version=4)),
    )


def _telling(secret: str) -> Callable[[], Awaitable[str]]:
    async def tell() -> str:
        return secret

    return tell


def streamed_on(name: str) -> list[bytes]:
    """Return the pieces of the first streamed answer on a packaged tape."""
    events = read_tape(name).events
    heads = (each for each in events if isinstance(each, Answered))
    call = next(each.call for each in heads if each.content_type.startswith("text/event-stream"))
    return [each.data for each in events if isinstance(each, Arrived) and each.call == call]


def stale(folder: Path, scenes: Mapping[str, Scene] = SCENES) -> list[str]:
    """Return the names of the files in `folder` that are missing or not as they would be made."""
    with TemporaryDirectory() as made:
        fresh = {name: recorded(scene, Path(made) / name) for name, scene in scenes.items()}
    files = {name: folder / f"{name}{ENDING}" for name in scenes}
    return [
        file.name
        for name, file in files.items()
        if not file.exists() or file.read_bytes() != fresh[name]
    ]


def write(folder: Path, scenes: Mapping[str, Scene] = SCENES) -> None:
    """Record all scenes into `folder`."""
    for name, scene in scenes.items():
        file = folder / f"{name}{ENDING}"
        file.unlink(missing_ok=True)
        recorded(scene, file)


def main(arguments: list[str]) -> int:
    """Record, or with `--check` only tell what is stale; return the exit status."""
    return run_command(arguments, "tests.tapes", FOLDER, write, stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

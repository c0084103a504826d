"""Server of the GPT-trainer family that costs as little as it can: for measuring alone.

Run by `control.py`, which also tells it over `/bench/` what there is and when to go on. Its own
process, so that what it costs is not counted.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.bench.plan import UNBOUNDED, Plan
from tests.bench.world import BOT, World

_PATIENCE_S = 300
_SLACK_S = 0.002

Answer = bytes | AsyncIterator[bytes]


@dataclass(slots=True)
class Course:
    """How far an answer is; times are of the clock that all processes share."""

    plan: Plan
    pieces: list[list[str]]
    gates: list[asyncio.Event]
    waiting: int = -1
    """Stretch that is asked for and held back."""
    ended_at: list[float] = field(default_factory=list)
    """When the last byte of each stretch was written."""


class Site:
    """The API and the switches of the measuring side."""

    def __init__(self) -> None:
        self._world = World()
        self._courses: dict[str, Course] = {}

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        asked = json.loads(body) if body else {}
        match path.partition("?")[0].strip("/").split("/"):
            case ["bench", what]:
                return _encoded(self._control(what, asked))
            case ["api", "v1", "chatbots"]:
                return _encoded([BOT])
            case ["api", "v1", "chatbot", _]:
                return _encoded(BOT)
            case ["api", "v1", "chatbot", _, "sessions"]:
                return self._world.listing
            case ["api", "v1", "chatbot", _, "session", "create"]:
                return _encoded(self._world.create())
            case ["api", "v1", "session", uuid, "messages"]:
                return self._world.history(uuid)
            case ["api", "v1", "session", uuid, "message", "stream"]:
                return self._stream(uuid, self._courses[asked["query"]])
            case _:
                raise LookupError(path)

    def _control(self, what: str, asked: dict[str, Any]) -> object:
        if what == "world":
            self._world = World(asked["sessions"], asked["messages"])
        elif what == "plan":
            plan = Plan.from_json(asked)
            gates = [asyncio.Event() for _ in plan.stretches]
            self._courses[plan.name] = Course(plan, plan.pieces(), gates)
        elif what == "go":
            self._courses[asked["name"]].gates[asked["stretch"]].set()
        elif what == "course":
            course = self._courses[asked["name"]]
            return {"waiting": course.waiting, "ended_at": course.ended_at}
        return {}

    async def _stream(self, uuid: str, course: Course) -> AsyncIterator[bytes]:
        for index, stretch in enumerate(course.plan.stretches):
            course.waiting = index
            await asyncio.wait_for(course.gates[index].wait(), _PATIENCE_S)
            began = time.monotonic()
            for number, piece in enumerate(course.pieces[index]):
                if stretch.tokens_per_s != UNBOUNDED:
                    early_s = began + number / stretch.tokens_per_s - time.monotonic()
                    if early_s > _SLACK_S:
                        await asyncio.sleep(early_s)
                yield piece.encode()
            course.ended_at.append(time.monotonic())
        whole = "".join(piece for part in course.pieces for piece in part)
        self._world.store(uuid, course.plan.name, whole)


def _encoded(value: object) -> bytes:
    return json.dumps(value).encode()


async def _serve(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            request, *lines = head.decode("latin-1").rstrip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, path, _ = request.split()
            try:
                answer = site.answer(method, path, body)
            except LookupError:
                _write(writer, b"404 Not Found", b'{"error": "unknown"}')
                continue
            if isinstance(answer, bytes):
                _write(writer, b"200 OK", answer)
            else:
                await _write_stream(writer, answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
        pass  # the other side has left, as it may at any time, or never let the answer go
    finally:
        writer.close()


def _write(writer: asyncio.StreamWriter, status: bytes, body: bytes) -> None:
    writer.write(
        b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
        % (status, len(body), body)
    )


async def _write_stream(writer: asyncio.StreamWriter, pieces: AsyncIterator[bytes]) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n"
    head += b"transfer-encoding: chunked\r\n\r\n"
    async for piece in pieces:
        writer.write(b"%b%x\r\n%b\r\n" % (head, len(piece), piece))
        head = b""
        await writer.drain()
    writer.write(b"0\r\n\r\n")


async def main() -> None:
    """Serve until the process is ended; the first line of output is the port."""
    site = Site()
    server = await asyncio.start_server(
        lambda reader, writer: _serve(site, reader, writer), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

"""Server of both APIs that costs as little as it can: for measuring alone.

Run by `control.py`, which also tells it over `/bench/` what there is and when to go on. Its own
process, so that what it costs is not counted.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.bench.courses import Course
from tests.bench.gpt_trainer import GptTrainer
from tests.bench.hardwire import HardWire
from tests.bench.plan import Plan
from tests.bench.traffic import Traffic
from tests.bench.wire import Answer, Streamed, Whole, told
from tests.bench.world import Furnishing, World, session_id


class Site:
    """Both APIs and the switches of the measuring side."""

    def __init__(self) -> None:
        self._courses: dict[str, Course] = {}
        self._furnish(Furnishing())

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        """Answer a call.

        Raises:
            LookupError: there is no such thing.
        """
        asked = json.loads(body) if body else {}
        path, _, query = target.partition("?")
        where = path.strip("/").split("/")
        if where[0] != "bench":
            self._traffic.note_call()
        match where:
            case ["bench", what]:
                return told(self._control(what, asked))
            case ["api", "v1", *rest]:
                return self._gpt_trainer.answer(rest, asked, self._courses)
            case ["api", *rest]:
                return self._hardwire.answer(rest, query, asked, self._courses)
            case _:
                raise LookupError(path)

    def _control(self, what: str, asked: dict[str, Any]) -> object:
        match what:
            case "world":
                self._furnish(Furnishing(**asked))
            case "plan":
                plan = Plan.from_json(asked)
                self._courses[plan.name] = Course.of(plan)
            case "go":
                self._courses[asked["name"]].gates[asked["stretch"]].set()
            case "course":
                return self._courses[asked["name"]].to_json()
            case "times":
                return self._courses[asked["name"]].written_at
            case "traffic":
                return self._traffic.to_json()
            case _:
                raise LookupError(what)
        return {}

    def _furnish(self, furnishing: Furnishing) -> None:
        world, self._traffic = World(furnishing), Traffic()
        self._gpt_trainer = GptTrainer(world, self._traffic)
        self._hardwire = HardWire(world, self._traffic)
        for number in range(min(furnishing.long, furnishing.sessions)):
            # before somebody waits for it
            self._gpt_trainer.history(session_id(number))


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
                _write(writer, b"404 Not Found", told({"error": "unknown"}))
                continue
            match answer:
                case Whole():
                    _write(writer, b"200 OK", answer)
                case Streamed():
                    await _write_stream(writer, answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
        pass  # the other side has left, as it may at any time, or never let the answer go
    finally:
        writer.close()


def _write(writer: asyncio.StreamWriter, status: bytes, answer: Whole) -> None:
    headers = {"content-type": "application/json", **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    writer.write(
        b"HTTP/1.1 %b\r\n%bcontent-length: %d\r\n\r\n%b"
        % (status, lines, len(answer.body), answer.body)
    )


async def _write_stream(writer: asyncio.StreamWriter, answer: Streamed) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {answer.media_type}\r\n".encode()
    head += b"transfer-encoding: chunked\r\n\r\n"
    async for piece in answer.pieces:
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

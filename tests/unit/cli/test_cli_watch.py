from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import connection
from tests.tables import each_row
from tests.unit.cli.conftest import Run
from tests.unit.conversation.test_watching import Shop
from tui.cli.watch import watched
from tui.errors import AccessRefused, RunnelError, Unreachable


class Sleeps:
    """Lets `then` happen at the server while the watch sleeps, and never ends after the last."""

    def __init__(self, shop: Shop, *then: str | RunnelError) -> None:
        self._shop = shop
        self._then = list(then)
        self.slept: list[float] = []
        self.is_over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._shop.clock.seconds += seconds
        if not self._then:
            self.is_over.set()
            await asyncio.Event().wait()
        match self._then.pop(0):
            case str(question):
                self._shop.asked(f"s{len(self.slept)}", question, "An answer.")
            case error:
                self._shop.list_errors.append(error)


@asynccontextmanager
async def watch(
    shop: Shop, sleeps: Sleeps, *command: str, as_json: bool = False
) -> AsyncIterator[None]:
    shop.seen_traffic.sleep = sleeps
    link = connection(shop, shop.clock)
    task = asyncio.create_task(watched(link, None, 30, [*command], as_json=as_json))
    over = asyncio.create_task(sleeps.is_over.wait())
    await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
    over.cancel()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_new_exchange_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop()
    async with watch(shop, Sleeps(shop, "Where is\nmy order?", "And mine?")):
        out, err = capsys.readouterr()
    assert [line.split(maxsplit=1)[1] for line in out.splitlines()] == [
        "s1 Where is my order? → An answer.",
        "s2 And mine? → An answer.",
    ]
    assert err == "Watching, every 30 s. Ctrl+C ends it.\n"


async def test_a_command_gets_it_on_its_stdin_and_never_in_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "note.py"
    program.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "path.write_text(path.read_text() + sys.stdin.read() + '\\n' if path.exists() else"
        " sys.stdin.read() + '\\n')\n"
        "sys.exit(len(sys.argv) - 2)\n"
    )
    noted = tmp_path / "noted"
    shop = Shop()
    sleeps = Sleeps(shop, "$(touch x); `id`", "Second?")
    async with watch(shop, sleeps, sys.executable, str(program), str(noted), as_json=True):
        out, err = capsys.readouterr()
    told = [json.loads(line) for line in noted.read_text().splitlines()]
    assert told == [json.loads(line) for line in out.splitlines()]
    assert [each["messages"][0]["text"] for each in told] == ["$(touch x); `id`", "Second?"]
    assert "--exec" not in err


async def test_a_command_that_fails_is_told_of_and_the_watch_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = Shop()
    async with watch(shop, Sleeps(shop, "First?", "Second?"), sys.executable, "-c", "exit(3)"):
        assert capsys.readouterr().err.count("--exec ended with 3.") == 2


async def test_a_command_that_is_gone_since_is_told_of_and_the_watch_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shop = Shop()
    async with watch(shop, Sleeps(shop, "One?", "Two?"), str(tmp_path / "gone")):
        out, err = capsys.readouterr()
    assert err.count("--exec cannot be run: No such file or directory.") == 2
    assert len(out.splitlines()) == 2


async def test_a_server_that_is_away_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop()
    sleeps = Sleeps(shop, Unreachable("No server answers."), "While away?", "Later?")
    async with watch(shop, sleeps):
        out, err = capsys.readouterr()
    assert "No server answers. Trying again in 5 s." in err
    assert sleeps.slept == [30, 5, 30, 30]
    assert [line.split(" ", 2)[2] for line in out.splitlines()] == [
        "While away? → An answer.",
        "Later? → An answer.",
    ]


async def test_a_refused_key_ends_it() -> None:
    shop = Shop()
    sleeps = Sleeps(shop, AccessRefused("The key is wrong."))
    shop.seen_traffic.sleep = sleeps
    with pytest.raises(AccessRefused):
        await watched(connection(shop, shop.clock), None, 30, [], as_json=False)


@each_row(
    ("arguments", "told"),
    [
        (("--exec", "no-such-program-anywhere x"), "--exec names no program that is there."),
        (("--exec", ""), "--exec names no program that is there."),
        (("--exec", "say 'it"), "--exec ends inside of quotes"),
        (("--exec", "say \\"), "or behind a backslash."),
        (("--every", "1"), "--every"),
        (("feedback:sideways",), "sideways"),
    ],
)
def test_what_cannot_be_watched_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run("watch", *arguments)
    assert (code, out) == (2, "")
    assert told in err

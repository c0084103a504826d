from __future__ import annotations

import logging
import os
import re
import stat
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces, Wire, saying, streaming, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.http.credentials import Credentials, KnownSecrets
from tui.backends.http.exchange import exchange
from tui.backends.traffic import Traffic
from tui.cli.log import logging_to
from tui.errors import BadInput, StreamBroken

KEY = "key-never-shown-1234"
QUESTION = "a question nobody else may read"
ANSWER = "an answer nobody else may read"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "runnel.log"


async def talk(*answers: httpx.Response) -> None:
    trainer = GptTrainer(Wire(*answers).client(), BASE_URL, telling(KEY))
    async with aclosing(trainer.stream("s1", "b", QUESTION)) as events:
        async for _ in events:
            pass


def whole(log: Path) -> str:
    return log.read_text()


def lines(log: Path) -> list[str]:
    return [
        re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ ", "", line)
        for line in whole(log).splitlines()
    ]


async def test_calls_are_logged_with_status_size_and_time(log: Path) -> None:
    with logging_to(str(log), KnownSecrets()):
        await GptTrainer(Wire(saying([])).client(), BASE_URL, telling(KEY)).bots()
    (line,) = lines(log)
    assert re.fullmatch(
        r"GET /api/v1/chatbots: HTTP 200, done, 2 bytes, \d+\.\d{3} s, attempt 1", line
    )


async def test_streams_are_logged_with_their_events_and_without_their_text(log: Path) -> None:
    with logging_to(str(log), KnownSecrets()):
        await talk(streaming(ANSWER.encode()[:10], ANSWER.encode()[10:]))
    started, *deltas, completed, call = lines(log)
    assert started.startswith("event Started, ")
    assert deltas == ["event TextDelta, 10 characters", "event TextDelta, 20 characters"]
    assert completed.startswith("event Completed, ")
    assert call.startswith("POST /api/v1/session/s1/message/stream: HTTP 200, done, 30 bytes, ")
    for secret in (KEY, QUESTION, ANSWER[:10], "authorization", "Bearer"):
        assert secret not in whole(log)


async def test_failures_and_waits_are_logged_by_their_kind(log: Path) -> None:
    async def sleep(_: float) -> None:
        return

    traffic = Traffic(sleep=sleep, jitter=lambda: 1)
    wire = Wire(httpx.ConnectError(f"refused {KEY}"), httpx.Response(503), saying([]))
    with logging_to(str(log), KnownSecrets()):
        async with wire.client() as client:
            await exchange(client, "GET", f"{BASE_URL}/x?limit=5&name={KEY}", traffic=traffic)
    told = [re.sub(r"\d+\.\d{3} s", "T", line) for line in lines(log)]
    assert told == [
        "GET /x?limit=5&name=…: no answer, Unreachable of ConnectError, 0 bytes, T, attempt 1",
        "waiting 0.5 s for attempt 2 of 5: connection lost",
        "GET /x?limit=5&name=…: HTTP 503, done, 0 bytes, T, attempt 2",
        "waiting 1.0 s for attempt 3 of 5: HTTP 503",
        "GET /x?limit=5&name=…: HTTP 200, done, 2 bytes, T, attempt 3",
    ]


async def test_a_stream_that_breaks_is_logged_as_one(log: Path) -> None:
    broken = httpx.Response(200, stream=Pieces(b"abc", httpx.ReadError(KEY)))
    with logging_to(str(log), KnownSecrets()), pytest.raises(StreamBroken):
        await talk(broken)
    assert "HTTP 200, StreamBroken of ReadError, 3 bytes" in lines(log)[-1]


async def test_what_slips_in_is_masked_by_the_second_net(log: Path) -> None:
    known_secrets = KnownSecrets()
    Credentials(secrets=("key%2Dquoted%2D5678", KEY), known_secrets=known_secrets)
    with logging_to(str(log), known_secrets):
        logging.getLogger("tui.anything").warning("%s and key-quoted-5678", KEY)
        try:
            raise ValueError(KEY)
        except ValueError:
            logging.getLogger("tui").exception("failed")
    assert KEY not in whole(log)
    assert "5678" not in whole(log)
    assert lines(log)[0] == "••• and •••"


def test_other_libraries_are_not_in_it_and_nothing_reaches_stderr(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with logging_to(str(log), KnownSecrets()):
        logging.getLogger("httpx").error("from httpx")
        logging.getLogger("httpcore.connection").error("from httpcore")
        logging.getLogger("tui").error("from us")
    logging.getLogger("tui").debug("afterwards")
    assert lines(log) == ["from us"]
    assert "from us" not in capfd.readouterr().err


def test_it_is_appended_to_a_file_that_only_we_can_read(log: Path) -> None:
    for word in ("first", "second"):
        with logging_to(str(log), KnownSecrets()):
            logging.getLogger("tui").info(word)
    assert lines(log) == ["first", "second"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.chmod(0o644)
    with logging_to(str(log), KnownSecrets()):
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_full_disk_ends_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with logging_to("/dev/full", KnownSecrets()):
        logging.getLogger("tui").info("lost")
    assert capfd.readouterr().err == ""


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone" / "x.log"):
        with (
            pytest.raises(BadInput, match="The log cannot be written to"),
            logging_to(str(path), KnownSecrets()),
        ):
            pass


def test_a_pipe_that_nobody_reads_is_not_waited_for(log: Path) -> None:
    os.mkfifo(log)
    with pytest.raises(BadInput, match="cannot be written"), logging_to(str(log), KnownSecrets()):
        pass
    with (
        pytest.raises(BadInput, match="no file has such a name"),
        logging_to("a\0b", KnownSecrets()),
    ):
        pass

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.event_loops import unhurried
from tests.fakes import present
from tests.unit.backends.canned import BASE_URL
from tests.unit.backends.hardwire.site import (
    CHECK,
    COOKIE,
    EMAIL,
    MODELS,
    PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    USER,
    Route,
    Site,
    giving,
    signing_in,
)
from tests.waiting import until
from tui.backends.hardwire.sign_in_file import KeptSignIn, SignInFile
from tui.errors import AccessRefused, ServerFailed, Unreachable

KEPT = KeptSignIn(USER["id"], "Me", EMAIL, COOKIE)
KNOWN = giving({"session": {"id": "s"}, "user": USER})
MODELS_OFFERED = giving({"models": [{"id": "m"}]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "runnel" / "sign-ins.json"


@pytest.fixture
def file(path: Path) -> SignInFile:
    return SignInFile(path)


@pytest.fixture
def filled(file: SignInFile) -> SignInFile:
    file.save(BASE_URL, EMAIL, KEPT)
    return file


def content_of(path: Path) -> object:
    content: object = json.loads(path.read_bytes())
    return content


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_stands_in_the_place_of_the_file_is_as_no_file(
    path: Path, file: SignInFile, make: Callable[[Path], None]
) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    assert file.load(BASE_URL, EMAIL) is None
    file.forget(BASE_URL, EMAIL)
    file.save(BASE_URL, EMAIL, KEPT)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def never() -> str:
    raise AssertionError("the password was asked for")


def test_what_is_kept_comes_back_for_its_server_and_account_only(filled: SignInFile) -> None:
    assert filled.load(BASE_URL, EMAIL) == KEPT
    assert filled.load("https://elsewhere.example", EMAIL) is None
    assert filled.load(BASE_URL, "you@example.com") is None
    assert COOKIE not in repr(KEPT)


def test_the_file_and_its_folder_are_for_their_owner_only(path: Path, filled: SignInFile) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_several_accounts_share_the_file(path: Path, filled: SignInFile) -> None:
    other = KeptSignIn("v", "You", "", "a=b")
    SignInFile(path).save(BASE_URL, "you@example.com", other)
    assert filled.load(BASE_URL, EMAIL) == KEPT
    assert filled.load(BASE_URL, "you@example.com") == other
    filled.forget(BASE_URL, EMAIL)
    assert filled.load(BASE_URL, EMAIL) is None
    assert filled.load(BASE_URL, "you@example.com") == other


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_ignored_and_written_anew(
    path: Path, filled: SignInFile, mode: int
) -> None:
    path.chmod(mode)
    assert filled.load(BASE_URL, EMAIL) is None
    filled.save(BASE_URL, EMAIL, KEPT)
    assert filled.load(BASE_URL, EMAIL) == KEPT
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        pytest.param(b"[" * 100_000, id="deep"),
        b'{"http://localhost:3026": 7}',
        b'{"http://localhost:3026": {"me@example.com": {"user_id": 7, "cookie": "a=b"}}}',
        b'{"http://localhost:3026": {"me@example.com": {"user_id": "u", "cookie": "a\\nb"}}}',
    ],
)
def test_a_broken_file_is_ignored_and_written_anew(
    path: Path, filled: SignInFile, content: bytes
) -> None:
    path.write_bytes(content)
    assert filled.load(BASE_URL, EMAIL) is None
    filled.forget(BASE_URL, EMAIL)
    filled.save(BASE_URL, EMAIL, KEPT)
    assert filled.load(BASE_URL, EMAIL) == KEPT


def test_a_link_in_the_place_of_the_file_is_not_followed(path: Path, filled: SignInFile) -> None:
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target)
    assert filled.load(BASE_URL, EMAIL) is None
    filled.save(BASE_URL, EMAIL, KEPT)
    assert not path.is_symlink()
    assert filled.load(BASE_URL, EMAIL) == KEPT


def test_what_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    file = SignInFile(tmp_path / "taken" / "sign-ins.json")
    file.save(BASE_URL, EMAIL, KEPT)
    assert file.load(BASE_URL, EMAIL) is None


def test_nothing_is_written_when_nothing_changes(path: Path, filled: SignInFile) -> None:
    before = path.stat().st_ino
    filled.save(BASE_URL, EMAIL, KEPT)
    filled.forget(BASE_URL, "you@example.com")
    assert path.stat().st_ino == before


async def test_a_sign_in_is_kept_and_the_next_start_asks_for_no_password(file: SignInFile) -> None:
    site = Site({MODELS: MODELS_OFFERED, CHECK: KNOWN})
    await site.backend(file=file).bots()
    assert file.load(BASE_URL, EMAIL) == KEPT
    later = Site({MODELS: MODELS_OFFERED, CHECK: KNOWN})
    assert [bot.id for bot in await later.backend(password=never, file=file).bots()] == ["m"]
    assert later.asked(SIGN_IN) == []
    raw = dict(later.asked(MODELS)[0].headers.raw)
    assert raw[b"Cookie" if b"Cookie" in raw else b"cookie"] == COOKIE.encode()


async def test_a_cookie_sent_again_is_kept_in_its_place(filled: SignInFile) -> None:
    name = COOKIE.partition("=")[0]

    def renewing(_: httpx.Request) -> httpx.Response:
        headers = {"set-cookie": f"{name}=newer%2B; Max-Age=604800; Path=/"}
        return httpx.Response(200, json={"session": {"id": "s"}, "user": USER}, headers=headers)

    site = Site({MODELS: MODELS_OFFERED, CHECK: renewing})
    await site.backend(password=never, file=filled).bots()
    assert site.asked(MODELS)[0].headers["cookie"] == f"{name}=newer%2B"
    kept = filled.load(BASE_URL, EMAIL)
    assert kept is not None
    assert kept.cookie == f"{name}=newer%2B"


@pytest.mark.parametrize("answer", [giving(None), giving({}, 401)])
async def test_a_kept_sign_in_that_ended_gives_way_to_the_password(
    filled: SignInFile, answer: Route
) -> None:
    def newer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"user": USER}, headers={"set-cookie": "new=1"})

    site = Site({MODELS: MODELS_OFFERED, CHECK: answer, SIGN_IN: newer})
    await site.backend(file=filled).bots()
    kept = filled.load(BASE_URL, EMAIL)
    assert kept is not None
    assert kept.cookie == "new=1"
    assert "cookie" not in site.asked(SIGN_IN)[0].headers


async def test_a_kept_sign_in_that_ended_is_forgotten_even_if_the_password_is_wrong(
    filled: SignInFile,
) -> None:
    site = Site({CHECK: giving(None), SIGN_IN: giving({}, 401)})
    with pytest.raises(AccessRefused):
        await site.backend(file=filled).bots()
    assert filled.load(BASE_URL, EMAIL) is None


async def test_a_kept_sign_in_that_ends_in_the_middle_of_work_gives_way_to_the_password(
    filled: SignInFile,
) -> None:
    site = Site({MODELS: [giving({}, 401), MODELS_OFFERED], CHECK: KNOWN, SIGN_IN: signing_in})
    assert await site.backend(file=filled).bots()
    assert len(site.asked(SIGN_IN)) == 1
    assert len(site.asked(CHECK)) == 1


@unhurried
async def test_a_server_that_does_not_answer_leaves_the_kept_sign_in_alone(
    filled: SignInFile,
) -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("certificate")

    site = Site({CHECK: silent})
    backend = site.backend(password=never, file=filled)
    with pytest.raises(Unreachable) as told:
        await backend.bots()
    assert told.value.sent is False
    with pytest.raises(ServerFailed):
        await Site({CHECK: giving({}, 500)}).backend(password=never, file=filled).bots()
    assert filled.load(BASE_URL, EMAIL) == KEPT


async def test_a_server_without_a_session_check_is_believed_the_kept_sign_in(
    filled: SignInFile,
) -> None:
    site = Site({MODELS: MODELS_OFFERED, CHECK: lambda _: httpx.Response(404)})
    assert await site.backend(password=never, file=filled).bots()


async def test_signing_out_empties_the_file_and_tells_the_server(
    path: Path, filled: SignInFile
) -> None:
    site = Site({SIGN_OUT: giving({"success": True})})
    await present(site.backend(password=never, file=filled).sign_in).sign_out()
    assert site.asked(SIGN_OUT)[0].headers["cookie"] == COOKIE
    assert content_of(path) == {}
    refused = Site({SIGN_OUT: giving({}, 500)})
    filled.save(BASE_URL, EMAIL, KEPT)
    with pytest.raises(ServerFailed, match="not at the server"):
        await present(refused.backend(password=never, file=filled).sign_in).sign_out()
    assert filled.load(BASE_URL, EMAIL) is None


async def test_the_file_holds_no_password(path: Path, file: SignInFile) -> None:
    site = Site({MODELS: MODELS_OFFERED})
    await site.backend(file=file).bots()
    assert PASSWORD not in json.dumps(content_of(path))


def test_clients_that_keep_a_sign_in_at_once_keep_those_of_the_others(path: Path) -> None:
    urls = [f"https://{number}.example" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda url: SignInFile(path).save(url, EMAIL, KEPT), urls))
        assert [SignInFile(path).load(url, EMAIL) for url in urls] == [KEPT] * 24
        list(pool.map(lambda url: SignInFile(path).forget(url, EMAIL), urls[1:]))
    assert [SignInFile(path).load(url, EMAIL) for url in urls] == [KEPT, *[None] * 23]


async def test_a_sign_in_that_a_read_in_the_background_begins_waits_for_no_other_call(
    filled: SignInFile,
) -> None:
    site = Site({MODELS: MODELS_OFFERED, CHECK: KNOWN})
    backend = site.backend(file=filled)

    async def read_on() -> None:
        with backend.traffic.unhurried():
            await backend.bots()

    # a stream of which nothing comes yet
    with backend.traffic.urgent():
        reading = asyncio.create_task(read_on())
        await asyncio.sleep(0)
        asked = asyncio.create_task(backend.bots())
        await until(asked.done)
        assert not reading.done()
    await reading

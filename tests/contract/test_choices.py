from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.stores import STORAGES, SqliteFile, Storage
from tests.fakes import NOON
from tui.safe_text import SafeText
from tui.store import (
    AccountChoices,
    AccountKey,
    Chosen,
    KeptLesson,
    KeptRun,
    LastSession,
    PartlyKeptStore,
    SessionMarks,
    Store,
)
from tui.store.runs import MAX_RUNS
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.values import replace

KEY = AccountKey("hardwire", "https://lab.example", "me@x.example")


class PartlyKept:
    """A storage of choices, pins, questions and runs alone."""

    def __init__(self, folder: Path) -> None:
        self._kept = SqliteFile(folder)

    def start(self) -> Store:
        return PartlyKeptStore(self._kept.start())

    def beside(self) -> Store:
        return PartlyKeptStore(self._kept.beside())

    def close(self) -> None:
        self._kept.close()


KINDS: dict[str, Callable[[Path], Storage]] = {**STORAGES, "partly kept": PartlyKept}


@pytest.fixture(params=KINDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    with closing(KINDS[request.param](tmp_path)) as made:
        yield made


async def test_choices_pins_and_questions_are_there_after_a_restart(storage: Storage) -> None:
    before = storage.start().account(KEY)
    assert await before.choices.all() == AccountChoices()
    chosen = AccountChoices(
        Chosen("b1", "b0"),
        LastSession("s1", "b1"),
        Chosen("on", "off"),
        goes_without_key=True,
        bots={"b1": SafeText("Café"), "b2": SafeText("")},
    )
    before.choices.choose_bot(chosen.bot)
    before.choices.choose_sync(chosen.sync)
    before.choices.go_without_key(True)
    before.choices.note_last_session(chosen.last_session)
    before.choices.note_bots({"b0": SafeText("Bar")})
    before.choices.note_bots(chosen.bots)
    before.marks.save("s1", SessionMarks(is_pinned=True))
    before.marks.save("s2", SessionMarks(is_pinned=True))
    before.marks.save("s2", SessionMarks())
    before.questions.remember("one")
    before.questions.remember("two")
    assert await before.choices.all() == chosen
    await before.flush()
    account = storage.start().account(KEY)
    assert await account.choices.all() == chosen
    assert dict(await account.marks.all()) == {"s1": SessionMarks(is_pinned=True)}
    assert list(await account.questions.all()) == ["two", "one"]
    account.questions.remember("one")
    assert list(await account.questions.all()) == ["one", "two"]
    other = storage.start().account(AccountKey("hardwire", "https://lab.example", "bob"))
    assert await other.choices.all() == AccountChoices()
    assert list(await other.questions.all()) == []


async def test_runs_are_kept_by_suite_and_the_oldest_go_where_they_are_too_many(
    storage: Storage,
) -> None:
    def run(number: int, suite: str = "Prices") -> KeptRun:
        return KeptRun(suite, NOON + timedelta(minutes=number), f'{{"number":{number}}}')

    before = storage.start().account(KEY)
    before.runs.keep(run(-1, "Other"))
    for number in range(MAX_RUNS + 2):
        before.runs.keep(run(number))
    await before.flush()
    account = storage.start().account(KEY)
    newest_first = [run(number) for number in range(MAX_RUNS + 1, 1, -1)]
    assert list(await account.runs.all("Prices")) == newest_first
    assert list(await account.runs.all()) == [*newest_first, run(-1, "Other")]
    assert list(await account.runs.newest()) == [newest_first[0], run(-1, "Other")]
    other = storage.start().account(AccountKey("hardwire", "https://lab.example", "you@x.example"))
    assert list(await other.runs.all()) == list(await other.runs.newest()) == []


async def test_lessons_are_kept_before_and_after_they_are_known_to_have_arrived(
    storage: Storage,
) -> None:
    first = KeptLesson("local-1", "b", "Price?", "4 €.", "https://shop.example", NOON)
    second = KeptLesson("local-2", "b", "Size?", "Large.", "", NOON, session_id="s")
    account = storage.start().account(KEY)
    for each in (first, second, replace(first, source_id="d1")):
        account.lessons.keep(each)
    await account.flush()
    again = storage.start().account(KEY)
    kept_ones = isinstance(storage, PartlyKept)
    told = [] if kept_ones else [second, replace(first, source_id="d1")]
    assert list(await again.lessons.all()) == told
    again.lessons.drop("local-2")
    assert list(await again.lessons.all()) == told[1:]


async def test_a_session_that_is_forgotten_is_neither_the_last_nor_pinned(
    storage: Storage,
) -> None:
    account = storage.start().account(KEY)
    bot = Chosen("b1")
    account.choices.choose_bot(bot)
    account.choices.note_last_session(LastSession("s1"))
    account.marks.save("s1", SessionMarks(is_pinned=True))
    account.forget_session("s2")
    assert await account.choices.all() == AccountChoices(bot, LastSession("s1"))
    account.forget_session("s1")
    await account.flush()
    for each in (account, storage.start().account(KEY)):
        assert await each.choices.all() == AccountChoices(bot)
        assert dict(await each.marks.all()) == {}


async def test_questions_that_are_not_to_be_kept_are_forgotten_at_the_next_start(
    tmp_path: Path,
) -> None:
    def start(*, keeps_questions: bool) -> SqliteStore:
        path = tmp_path / STORE_FILE
        return SqliteStore(path, pytest.fail, keeps_questions=keeps_questions)

    with closing(start(keeps_questions=True)) as store:
        store.account(KEY).questions.remember("a secret")
    with closing(start(keeps_questions=False)) as store:
        account = store.account(KEY)
        account.questions.remember("another")
        account.questions.remember("one more")
        assert list(await account.questions.all()) == ["one more", "another"]
    assert b"secret" not in (tmp_path / STORE_FILE).read_bytes()
    with closing(start(keeps_questions=True)) as store:
        assert list(await store.account(KEY).questions.all()) == []

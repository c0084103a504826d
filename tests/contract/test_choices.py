from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.stores import STORAGES, Storage
from tui.store import (
    AccountChoices,
    AccountKey,
    Chosen,
    KeptStore,
    LastSession,
    SessionMarks,
    Store,
)
from tui.store.choices_file import ChoicesFile

KEY = AccountKey("hardwire", "https://lab.example", "me@x.example")


class Kept:
    """A storage of choices, pins and questions alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[ChoicesFile] = []

    def start(self) -> Store:
        self.close()
        self._files.append(ChoicesFile(self._folder, lambda sentence: pytest.fail(sentence)))
        return KeptStore(self._files[-1], keeps_questions=True)

    def close(self) -> None:
        while self._files:
            self._files.pop().close()


KINDS: dict[str, Callable[[Path], Storage]] = {**STORAGES, "kept": Kept}


@pytest.fixture(params=KINDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    made = KINDS[request.param](tmp_path)
    yield made
    if isinstance(made, Kept):
        made.close()


async def test_choices_pins_and_questions_are_there_after_a_restart(storage: Storage) -> None:
    before = storage.start().account(KEY)
    assert await before.choices() == AccountChoices()
    chosen = AccountChoices(Chosen("b1", "b0"), LastSession("s1", "b1"))
    before.choose_bot(chosen.bot)
    before.note_last_session(chosen.last_session)
    before.save_marks("s1", SessionMarks(is_pinned=True))
    before.save_marks("s2", SessionMarks(is_pinned=True))
    before.save_marks("s2", SessionMarks())
    before.remember_question("one")
    before.remember_question("two")
    assert await before.choices() == chosen
    await before.flush()
    account = storage.start().account(KEY)
    assert await account.choices() == chosen
    assert dict(await account.marks()) == {"s1": SessionMarks(is_pinned=True)}
    assert list(await account.questions()) == ["two", "one"]
    account.remember_question("one")
    assert list(await account.questions()) == ["one", "two"]
    other = storage.start().account(AccountKey("hardwire", "https://lab.example", "bob"))
    assert await other.choices() == AccountChoices()
    assert list(await other.questions()) == []


async def test_a_session_that_is_forgotten_is_neither_the_last_nor_pinned(
    storage: Storage,
) -> None:
    account = storage.start().account(KEY)
    bot = Chosen("b1")
    account.choose_bot(bot)
    account.note_last_session(LastSession("s1"))
    account.save_marks("s1", SessionMarks(is_pinned=True))
    account.forget_session("s2")
    assert await account.choices() == AccountChoices(bot, LastSession("s1"))
    account.forget_session("s1")
    await account.flush()
    for each in (account, storage.start().account(KEY)):
        assert await each.choices() == AccountChoices(bot)
        assert dict(await each.marks()) == {}


async def test_questions_that_are_not_to_be_kept_are_forgotten_at_the_next_start(
    tmp_path: Path,
) -> None:
    storage = Kept(tmp_path)
    storage.start().account(KEY).remember_question("a secret")
    storage.close()
    files = ChoicesFile(tmp_path, lambda sentence: pytest.fail(sentence))
    account = KeptStore(files, keeps_questions=False).account(KEY)
    account.remember_question("another")
    assert list(await account.questions()) == ["another"]
    files.close()
    assert list(await storage.start().account(KEY).questions()) == []
    storage.close()

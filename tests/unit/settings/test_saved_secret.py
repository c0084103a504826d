from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from keyring.backends import fail, null

from tests.memory_keyring import MemoryKeyring, used
from tui.errors import SettingsError
from tui.settings import SavedSecret, SecretFile, SecretPlace

pytestmark = pytest.mark.usefixtures("bare_environment")

SECRET = "s3cret-never-shown"
ADDRESS, ACCOUNT = "https://chat.example", "me@x.example"
KEYRING, FILE, NOWHERE = SecretPlace
BOTH = pytest.mark.parametrize("place", [KEYRING, FILE])


@pytest.fixture
def ring(bare_environment: None) -> Iterator[MemoryKeyring]:
    memory = MemoryKeyring()
    with used(memory):
        yield memory


@pytest.fixture
def saved(tmp_path: Path) -> SavedSecret:
    return SavedSecret(ADDRESS, ACCOUNT, SecretFile(tmp_path / "state" / "secrets.json"))


async def otherwise() -> str:
    return "otherwise"


@BOTH
@pytest.mark.usefixtures("ring")
async def test_what_is_saved_is_there_until_it_is_forgotten(
    saved: SavedSecret, place: SecretPlace
) -> None:
    assert await saved.load() == ""
    await saved.save(SECRET, place)
    assert (await saved.load(), await saved.place()) == (SECRET, place)
    assert await saved.forget() == [place]
    assert await saved.forget() == []
    assert (await saved.load(), await saved.place()) == ("", NOWHERE)


@BOTH
@pytest.mark.usefixtures("ring")
async def test_another_address_or_account_gets_nothing(
    saved: SavedSecret, place: SecretPlace
) -> None:
    await saved.save(SECRET, place)
    for address, account in (
        ("https://other.example", ACCOUNT),
        ("http://chat.example", ACCOUNT),
        (ADDRESS, "you@x.example"),
    ):
        assert await SavedSecret(address, account, saved.file).load() == ""


@pytest.mark.parametrize(("before", "after"), [(KEYRING, FILE), (FILE, KEYRING)])
async def test_a_secret_is_in_one_place_only(
    saved: SavedSecret, ring: MemoryKeyring, before: SecretPlace, after: SecretPlace
) -> None:
    await saved.save("older", before)
    await saved.save(SECRET, after)
    assert (await saved.load(), await saved.place()) == (SECRET, after)
    assert await saved.forget() == [after]
    assert ring.entries == {}


async def test_nowhere_keeps_nothing(saved: SavedSecret, ring: MemoryKeyring) -> None:
    await saved.save(SECRET, NOWHERE)
    assert await saved.place() is NOWHERE
    assert saved.file is not None
    assert not saved.file.path.exists()
    assert ring.entries == {}


async def test_a_locked_keyring_gives_nothing_and_takes_nothing(
    saved: SavedSecret, ring: MemoryKeyring
) -> None:
    await saved.save(SECRET, KEYRING)
    ring.locked = True
    assert await saved.load() == ""
    assert await saved.forget() == []
    with pytest.raises(SettingsError, match="did not take the secret") as refused:
        await saved.save(SECRET, KEYRING)
    assert "file that only you can read" in refused.value.hint


async def test_a_keyring_that_forgets_is_found_out(saved: SavedSecret, ring: MemoryKeyring) -> None:
    ring.forgetful = True
    with pytest.raises(SettingsError, match="did not take the secret") as refused:
        await saved.save(SECRET, KEYRING)
    assert SECRET not in refused.value.sentence + refused.value.hint


class PlainFile(MemoryKeyring):
    """What the package calls a keyring, and is no better than a file."""

    priority = 0.5


@pytest.mark.parametrize("none", [fail.Keyring, null.Keyring, PlainFile])
async def test_without_a_real_keyring_the_file_is_the_place_to_take(
    saved: SavedSecret, none: Any
) -> None:
    with used(none()):
        assert await saved.places() == [FILE, NOWHERE]
        assert (await saved.load(), await saved.forget()) == ("", [])
        with pytest.raises(SettingsError, match="no keyring that could hold") as refused:
            await saved.save(SECRET, KEYRING)
        assert refused.value.exit_code == 2
        await saved.save(SECRET, FILE)
        assert await saved.load() == SECRET


@pytest.mark.usefixtures("ring")
async def test_the_places_are_what_there_is_and_what_a_person_wants(saved: SavedSecret) -> None:
    assert await saved.places() == [KEYRING, FILE, NOWHERE]
    assert await SavedSecret(ADDRESS, ACCOUNT).places() == [KEYRING, NOWHERE]
    asked = SavedSecret(ADDRESS, ACCOUNT, saved.file, is_asked_each_time=True)
    assert await asked.places() == [NOWHERE]


def test_the_words_name_the_place_and_no_secret(
    saved: SavedSecret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [saved.kept(place) for place in SecretPlace] == [
        "kept in the keyring of this system",
        "kept in ~/state/secrets.json, which only you can read",
        "not kept, and asked for again",
    ]
    assert "secrets.json" not in repr(saved)


class TestReader:
    @BOTH
    @pytest.mark.usefixtures("ring")
    async def test_the_saved_secret_goes_first(
        self, saved: SavedSecret, place: SecretPlace
    ) -> None:
        await saved.save(SECRET, place)
        assert await saved.reader(otherwise)() == SECRET

    @pytest.mark.usefixtures("ring")
    async def test_without_one_the_next_is_asked(self, saved: SavedSecret) -> None:
        assert await saved.reader(otherwise)() == "otherwise"
        assert await saved.reader(None)() == ""

    @BOTH
    @pytest.mark.usefixtures("ring")
    async def test_one_that_was_refused_is_not_given_again(
        self, saved: SavedSecret, place: SecretPlace
    ) -> None:
        await saved.save(SECRET, place)
        read = saved.reader(otherwise)
        assert [await read(), await read(), await read()] == [SECRET, "otherwise", "otherwise"]

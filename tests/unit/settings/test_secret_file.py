from __future__ import annotations

import json
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import SettingsError
from tui.settings import SecretFile

SECRET = "s3cret-never-shown"
URLS = ("u", "v")
NAMES = st.sampled_from(URLS) | st.text()
A, B = ("https://a.example", "me"), ("https://b.example", "me")


@pytest.fixture
def file(tmp_path: Path) -> SecretFile:
    return SecretFile(tmp_path / "state" / "secrets.json")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_folder_are_for_nobody_else(file: SecretFile) -> None:
    file.save(*A, SECRET)
    assert (mode_of(file.path), mode_of(file.path.parent)) == (0o600, 0o700)
    assert [path.name for path in file.path.parent.iterdir()] == ["secrets.json"]


def test_each_account_has_its_own_and_the_others_stay(file: SecretFile) -> None:
    file.save(*A, "one")
    file.save(*B, "two")
    file.save(*A, "three")
    assert (file.load(*A), file.load(*B)) == ("three", "two")
    assert file.forget(*A)
    assert not file.forget(*A)
    assert (file.load(*A), file.load(*B)) == ("", "two")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_one_that_others_can_read_counts_as_empty(file: SecretFile, mode: int) -> None:
    file.save(*A, SECRET)
    file.path.chmod(mode)
    assert file.load(*A) == ""
    file.save(*B, "new")
    assert mode_of(file.path) == 0o600
    assert (file.load(*A), file.load(*B)) == ("", "new")
    aside = SecretFile(file.path.with_name("secrets.json.broken"))
    assert (aside.load(*A), mode_of(aside.path)) == (SECRET, 0o600)


def test_a_link_is_not_followed(file: SecretFile, tmp_path: Path) -> None:
    file.save(*A, SECRET)
    link = SecretFile(tmp_path / "link.json")
    link.path.symlink_to(file.path)
    assert link.load(*A) == ""
    link.save(*A, "other")
    assert (file.load(*A), link.load(*A)) == (SECRET, "other")


@pytest.mark.slow
@given(st.text() | st.recursive(st.none() | st.text(), lambda x: st.dictionaries(NAMES, x)))
def test_whatever_stands_in_it_is_read_or_set_aside(content: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = SecretFile(Path(folder) / "secrets.json")
        text = content if isinstance(content, str) else json.dumps(content)
        file.path.write_bytes(text.encode("utf-8", "surrogatepass"))
        file.path.chmod(0o600)
        assert isinstance(file.load(*A), str)
        before = file.path.read_bytes()
        held = {pair: file.load(*pair) for pair in ((url, name) for url in URLS for name in URLS)}
        file.save(*A, SECRET)
        assert file.load(*A) == SECRET
        assert all(file.load(*pair) == secret for pair, secret in held.items())
        aside = file.path.with_name("secrets.json.broken")
        # nothing is lost that somebody may want back
        if aside.exists():
            assert aside.read_bytes() == before
        else:
            told, kept = json.loads(before), json.loads(file.path.read_bytes())
            told.pop(A[0], None)
            assert all(kept.get(url, {}) == each for url, each in told.items())


def test_clients_that_save_at_once_keep_what_the_others_saved(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    urls = [f"https://{number}.example" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda url: SecretFile(path).save(url, "me", url), urls))
    assert [SecretFile(path).load(url, "me") for url in urls] == urls
    assert [each.name for each in tmp_path.iterdir()] == ["secrets.json"]


def test_a_secret_that_cannot_be_written_is_told_without_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    file = SecretFile(tmp_path / "state" / "secrets.json")
    with pytest.raises(SettingsError, match="cannot be written") as refused:
        file.save(*A, SECRET)
    assert "secrets.json" in refused.value.hint
    assert SECRET not in refused.value.sentence + refused.value.hint

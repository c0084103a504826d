from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.store.state_file import StateFile, Table

MAX_BYTES = 10_000
WHOLE = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers()).map(
    lambda table: json.dumps({**table, "version": 1}).encode()
)


class Kept:
    """A client with its own view of the file."""

    def __init__(self, path: Path | None) -> None:
        self.troubles: list[str] = []
        self.file = StateFile(
            path, max_bytes=MAX_BYTES, limit=shorter, on_trouble=self.troubles.append
        )

    def put(self, **values: str) -> None:
        self.file.change(lambda table: {**table, **values})


def shorter(table: Table) -> Table:
    return dict(list(table.items())[1:])


def written(path: Path) -> dict[str, object]:
    value: dict[str, object] = json.loads(path.read_bytes())
    return value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kept.json"


def test_what_was_changed_is_there_at_the_next_start_and_for_nobody_else(path: Path) -> None:
    first = Kept(path)
    first.put(theme="nord")
    first.put(theme="light", other="x")
    assert first.file.table == {"theme": "light", "other": "x"}
    first.file.close()
    assert Kept(path).file.table == {"theme": "light", "other": "x"}
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert modes == [0o600, 0o700]
    assert [each.name for each in path.parent.iterdir()] == ["kept.json"]


def test_two_clients_keep_what_the_other_changed(path: Path) -> None:
    clients = [Kept(path) for _ in range(4)]
    for client in clients:
        assert client.file.table == {}
    for number, client in enumerate(clients):
        client.put(**{f"own{number}": "x", "shared": str(number)})
    for client in clients:
        client.file.close()
    kept = Kept(path).file.table
    assert {key for key in kept if key.startswith("own")} == {f"own{n}" for n in range(4)}
    assert kept["shared"] in {"0", "1", "2", "3"}


def test_a_file_that_was_deleted_meanwhile_begins_again_with_what_is_new(path: Path) -> None:
    Kept(path).file.close()
    first = Kept(path)
    first.put(old="x")
    first.file.close()
    client = Kept(path)
    assert client.file.table == {"old": "x"}
    path.unlink()
    client.put(new="y")
    client.file.close()
    assert written(path) == {"version": 1, "new": "y"}


def test_a_client_that_was_stopped_while_it_wrote_holds_nobody_up_for_ever(path: Path) -> None:
    path.parent.mkdir()
    holder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    client = Kept(path)
    client.put(theme="nord")
    client.file.close()
    os.close(holder)
    assert written(path) == {"version": 1, "theme": "nord"}


def a_link(path: Path) -> None:
    path.with_name("elsewhere").write_text('{"version": 1, "a": "b"}')
    path.symlink_to(path.with_name("elsewhere"))


def holding(data: bytes, mode: int = 0o600) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)
        path.chmod(mode)

    return make


SET_ASIDE = "cannot be used: the next choice makes it kept.json.broken."
LEFT_ALONE = "what you choose now is not kept"
FOUND: dict[str, tuple[Callable[[Path], None], str]] = {
    "nothing in it": (holding(b""), SET_ASIDE),
    "half of it": (holding(b'{"version": 1, "theme": "no'), SET_ASIDE),
    "not JSON": (holding(b"\xff\xfe\x00"), SET_ASIDE),
    "nested too deeply": (holding(b"[" * 9_000), SET_ASIDE),
    "of another program": (holding(b'{"theme": "nord"}'), SET_ASIDE),
    "no table": (holding(b"[1]"), SET_ASIDE),
    "huge": (holding(b'{"version": 1, "a": "' + b"x" * MAX_BYTES + b'"}'), SET_ASIDE),
    "open to others": (holding(b'{"version": 1}', 0o644), SET_ASIDE),
    "a folder": (Path.mkdir, SET_ASIDE),
    "a pipe": (os.mkfifo, SET_ASIDE),
    "of a newer Runnel": (holding(b'{"version": 2, "theme": "nord"}'), LEFT_ALONE),
    "a link": (a_link, LEFT_ALONE),
}


@pytest.mark.parametrize("found", FOUND)
def test_what_cannot_be_used_is_told_once_and_set_aside_or_left_alone(
    path: Path, found: str
) -> None:
    make, sentence = FOUND[found]
    path.parent.mkdir()
    make(path)
    before = path.lstat()
    client = Kept(path)
    assert client.file.table == {}
    assert path.lstat().st_ino == before.st_ino
    client.put(theme="nord")
    client.put(theme="light")
    client.file.close()
    assert len(client.troubles) == 1
    assert sentence in client.troubles[0]
    aside = path.with_name("kept.json.broken")
    if sentence == LEFT_ALONE:
        assert path.lstat().st_ino == before.st_ino
        assert not aside.exists()
    else:
        assert aside.lstat().st_ino == before.st_ino
        assert written(path) == {"version": 1, "theme": "light"}


@pytest.mark.slow
@given(content=st.binary(max_size=200) | st.just(b'{"version": 1, "a": ') | WHOLE)
def test_whatever_bytes_stand_in_it_something_can_be_kept(content: bytes) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "kept.json"
        holding(content)(path)
        client = Kept(path)
        client.put(theme="nord")
        client.file.close()
        is_newer = any("newer" in each for each in client.troubles)
        assert is_newer or Kept(path).file.table["theme"] == "nord"


@pytest.mark.parametrize("place", ["a file", "a device"])
def test_where_nothing_can_be_written_it_is_kept_until_the_end_and_told(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "file"
    folder.write_text("") if place == "a file" else folder.symlink_to("/dev/null")
    client = Kept(folder / "kept.json")
    client.put(theme="nord")
    assert client.file.table == {"theme": "nord"}
    client.file.close()
    assert len(client.troubles) == 1
    assert LEFT_ALONE in client.troubles[0]


def test_a_table_that_grew_too_long_is_made_shorter_and_can_be_read_again(path: Path) -> None:
    client = Kept(path)
    for number in range(40):
        client.put(**{str(number): "ü" * 100})
    client.file.close()
    assert path.stat().st_size <= MAX_BYTES
    again = Kept(path)
    assert "39" in again.file.table
    assert "0" not in again.file.table
    assert again.troubles == []


def test_without_a_file_it_lasts_as_long_as_the_process() -> None:
    client = Kept(None)
    client.put(theme="nord")
    client.file.close()
    assert client.file.table == {"theme": "nord"}
    assert client.troubles == []

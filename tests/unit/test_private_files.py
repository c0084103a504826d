from __future__ import annotations

import fcntl
import os
import resource
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.tables import each_row
from tui.private_files import (
    LOCK_S,
    LOCKS_S,
    NotAFile,
    is_there,
    locked,
    make_folder,
    overwrite,
    read,
    replace,
    sweep,
    write_new,
    written_whole,
)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def to_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


def to_a_file(path: Path) -> None:
    path.with_name("elsewhere").write_text("mine")
    path.symlink_to(path.with_name("elsewhere"))


OTHER_THINGS: dict[str, Callable[[Path], None]] = {
    "a link to nowhere": to_nowhere,
    "a link to a file": to_a_file,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to a device": lambda path: path.symlink_to("/dev/null"),
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("lay", OTHER_THINGS.values(), ids=OTHER_THINGS)
def test_what_is_no_file_is_never_written_to(lay: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    lay(path)
    elsewhere = tmp_path / "elsewhere"
    before = elsewhere.read_text() if elsewhere.exists() else None
    with pytest.raises(NotAFile):
        is_there(path)
    for write in (write_new, overwrite):
        with pytest.raises(OSError):
            write(path, b"theirs")
    assert (elsewhere.read_text() if elsewhere.exists() else None) == before


def test_a_new_file_is_for_our_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    assert not is_there(path)
    write_new(path, b"new")
    assert is_there(path)
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o600)
    with pytest.raises(FileExistsError):
        write_new(path, b"newer")
    assert path.read_bytes() == b"new"


def test_of_a_new_file_that_cannot_be_written_whole_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))
    try:
        with pytest.raises(OSError, match="large"):
            write_new(path, b"longer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not is_there(path)


def test_a_file_that_is_overwritten_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text("longer than what comes")
    path.chmod(0o644)
    overwrite(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o644)
    with pytest.raises(FileNotFoundError):
        overwrite(tmp_path / "gone", b"new")


def test_missing_folders_are_made_for_our_eyes_only(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c"
    make_folder(folder)
    make_folder(folder)
    assert [mode_of(each) for each in (folder, *folder.parents[:2])] == [0o700] * 3


def test_a_file_is_replaced_whole_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "kept.json"
    replace(path, b"first")
    replace(path, b"second")
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["kept.json"]


def test_a_file_that_others_may_have_written_is_read_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    replace(path, b"ours")
    assert read(path, 3) == b"our"
    path.chmod(0o644)
    assert read(path, 3) == b""
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="link"):
        read(tmp_path / "link", 3)


@pytest.mark.parametrize("lay", OTHER_THINGS.values(), ids=OTHER_THINGS)
def test_no_whole_file_takes_the_place_of_what_is_no_file(
    lay: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "code.py"
    lay(path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NotAFile), written_whole(path, overwrites=True):
        pass
    assert sorted(tmp_path.iterdir()) == before


def test_a_whole_file_is_there_when_it_is_whole_and_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    with written_whole(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert (path.read_bytes(), mode_of(path)) == (b"one", 0o600)
    with pytest.raises(FileExistsError), written_whole(path):
        pass
    with written_whole(path, overwrites=True) as file:
        file.write(b"two")
    assert path.read_bytes() == b"two"


def test_what_broke_off_or_came_late_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    broken_off, late = written_whole(path), written_whole(path)
    broken_off.__enter__().write(b"half")
    broken_off.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [*tmp_path.iterdir()] == []
    late.__enter__().write(b"late")
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        late.__exit__(None, None, None)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"mine"]


def test_what_a_killed_writer_left_is_swept_up_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "ids.json"
    replace(path, b"whole")
    old = [".ids.json.abcd_123", ".ids.json.abcd1234"]
    others = [".ids.json.ABCD1234", ".ids.json.abcd12345", "ids.json.abcd1234", ".other.abcd1234"]
    for name in (*old, *others, ".ids.json.young123"):
        (tmp_path / name).write_bytes(b"half")
        if "young" not in name:
            os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".ids.json.linked12").symlink_to(path)
    sweep(path)
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {path.name, *others, ".ids.json.young123", ".ids.json.linked12"}


@dataclass
class Clock:
    """Time that passes while somebody sleeps, in which others may do something."""

    now: float = 0.0
    meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, duration_s: float) -> None:
        self.now += duration_s
        self.meanwhile()


@each_row(
    ("writes", "waited_s"),
    [
        ([], LOCK_S),
        ([LOCK_S / 2], 1.5 * LOCK_S),
        ([LOCK_S * part / 2 for part in range(9)], 5 * LOCK_S),
        ([LOCK_S * part / 2 for part in range(1_000)], LOCKS_S),
    ],
)
def test_whoever_writes_is_waited_for_and_whoever_was_stopped_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: list[float], waited_s: float
) -> None:
    clock, left = Clock(), [*writes]

    def write() -> None:
        while left and left[0] <= clock.now:
            left.pop(0)
            os.utime(tmp_path, ns=(0, len(left)))

    clock.meanwhile = write
    monkeypatch.setattr("tui.private_files.time", clock)
    os.utime(tmp_path, ns=(0, 1_000_000_000))
    holder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with locked(tmp_path):
            assert clock.now == pytest.approx(waited_s, abs=0.03)
    finally:
        os.close(holder)


def test_who_waited_long_has_the_lock_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, other = (os.open(tmp_path, os.O_RDONLY) for _ in range(2))
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        release = partial(fcntl.flock, holder, fcntl.LOCK_UN)
        monkeypatch.setattr("tui.private_files.time", Clock(meanwhile=release))
        with locked(tmp_path), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(holder)
        os.close(other)

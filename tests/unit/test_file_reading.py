from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.file_reading import parse_toml, path_of, read_file


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 200_000)
    assert read_file(file, 200_000) == b"x" * 200_000
    assert read_file(Path("/dev/null"), 1) == b""
    with pytest.raises(OSError, match="larger than 199,999 bytes"):
        read_file(file, 199_999)


def test_a_pipe_is_read_while_somebody_writes_and_never_waited_for_in_vain(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="nothing comes out of"):
        read_file(pipe, 100)
    # both ends, so that the writer does not wait for the reader
    descriptor = os.open(pipe, os.O_RDWR)

    def write() -> None:
        os.write(descriptor, b"text")
        os.close(descriptor)

    writer = threading.Timer(0.05, write)
    writer.start()
    assert read_file(pipe, 100) == b"text"
    writer.join()


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Is a directory"):
        read_file(tmp_path, 100)
    with pytest.raises(OSError, match="No such file"):
        read_file(tmp_path / "missing", 100)


def test_a_path_is_one_or_a_reason_why_not() -> None:
    assert path_of("~") == Path.home()
    assert path_of("a/~b") == Path("a/~b")
    with pytest.raises(OSError, match="no such user"):
        path_of("~nosuchuser/file")
    with pytest.raises(OSError, match="NUL"):
        path_of("a\0b")


@given(st.text("[]{}=.\"'#\n 019-:TZa\\u") | st.text())
def test_a_text_is_a_table_or_a_value_error(text: str) -> None:
    for document in (text, f"a = {text}", f"a = {'[' * 900}{text}"):
        with suppress(ValueError):
            assert isinstance(parse_toml(document), dict)

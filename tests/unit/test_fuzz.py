from __future__ import annotations

import gzip
import inspect
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal import charmap

from tests.fuzz import IS_LONG_RUN, keep_characters
from tui.server import DEMO_KEY

LIKE_IT = st.text(sorted({*DEMO_KEY}), min_size=len(DEMO_KEY), max_size=len(DEMO_KEY))


@pytest.mark.skipif(IS_LONG_RUN, reason="its examples are new ones each time")
def test_no_example_is_made_of_what_stands_in_our_modules() -> None:
    seen = set[str]()

    @settings(max_examples=100)
    @given(LIKE_IT)
    def see(text: str) -> None:
        seen.add(text)

    see()
    assert len(seen) > 50
    assert DEMO_KEY not in seen


def test_what_utf_8_encodes_is_read_and_not_tried(tmp_path: Path) -> None:
    def encodable() -> list[tuple[int, int]]:
        # without what this process remembers
        encodes, lossy = inspect.unwrap(charmap.intervals_from_codec)("utf-8")
        assert not lossy.intervals
        return [*encodes.intervals]

    set_hypothesis_home_dir(tmp_path)
    try:
        keep_characters()
        [file] = tmp_path.rglob("*.gz")
        (first, last), (first_behind, last_of_all) = encodable()
        assert (first, last_of_all) == (0, sys.maxunicode)
        "".join(map(chr, (*range(last + 1), *range(first_behind, last_of_all + 1)))).encode()
        for between in range(last + 1, first_behind):
            with pytest.raises(UnicodeEncodeError):
                chr(between).encode()
        # and this is what was read
        file.write_bytes(gzip.compress(b"[[[65, 66]], []]"))
        assert encodable() == [(65, 66)]
    finally:
        set_hypothesis_home_dir(None)


def test_where_nothing_can_be_written_tests_run_all_the_same(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    set_hypothesis_home_dir(home)
    try:
        keep_characters()
    finally:
        set_hypothesis_home_dir(None)
    assert home.read_text() == "no folder"

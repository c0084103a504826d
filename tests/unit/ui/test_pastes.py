from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from tui.ui.pastes import PasteFilter, PasteSafeParser

START, END = "\x1b[200~", "\x1b[201~"


def test_typed_keys_pass_untouched() -> None:
    assert PasteFilter().feed("a\x1b[A\x1b\x07") == "a\x1b[A\x1b\x07"


def test_a_lone_escape_key_is_not_held_back() -> None:
    filtered = PasteFilter()
    assert filtered.feed("\x1b") == "\x1b"
    assert filtered.feed("[A") == "[A"


def test_escapes_inside_a_paste_become_pictures() -> None:
    assert PasteFilter().feed(f"{START}a\x1b[31mb\x1b{END}\x1b") == f"{START}a␛[31mb␛{END}\x1b"


@given(st.text("ab\x1b[]0;\x07~2", max_size=30), st.lists(st.integers(0, 60), max_size=8))
def test_any_split_of_a_paste_gives_the_same(pasted: str, cuts: list[int]) -> None:
    stream = f"x{START}{pasted}{END}y"
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    filtered = PasteFilter()
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert "".join(map(filtered.feed, pieces)) == PasteFilter().feed(stream)


def test_a_pasted_sequence_presses_no_key() -> None:
    read = list(PasteSafeParser().feed(f"{START}one\x1b]52;c;eA==\x07\x1b\x07two{END}"))
    (paste,) = [event for event in read if isinstance(event, events.Paste)]
    assert paste.text == "one␛]52;c;eA==\x07␛\x07two"
    assert not [event for event in read if isinstance(event, events.Key)]

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from sqlite3 import Connection
from sys import getsizeof
from tempfile import TemporaryDirectory
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import user
from tests.fuzz import FUZZ
from tui.store import StoredMessage
from tui.store.base import AccountKey
from tui.store.sqlite.fresh_texts import FreshTexts
from tui.store.sqlite.histories import drop_messages, messages_of, put_messages
from tui.store.sqlite.indexing import SLOTS, IndexedMessage, index_row
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.opening import open_in_memory, open_to_write
from tui.store.sqlite.part_size import PartSize
from tui.store.sqlite.rows import made_account_row, made_session_row
from tui.store.sqlite.terms_ahead import part_terms

Act = tuple[str, Sequence[tuple[str, str]]]
WORDS = st.sampled_from(["zebra", "quagga", "heron", "ibis"])
IDS = st.sampled_from(["m0", "m1", "m2"])
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("put"), st.lists(st.tuples(IDS, WORDS), min_size=1, max_size=3)),
    st.tuples(st.just("drop"), st.lists(st.tuples(IDS, WORDS), min_size=1, max_size=2)),
    st.tuples(st.sampled_from(["index", "some"]), st.just([])),
)
PARTS = st.sampled_from([1, 2, 5_000])
"""So many are taken in at once: terms of the next are made before its turn."""
CLIENTS, ARE_UNDONE = st.integers(0, 1), st.sampled_from([False, False, True])


class Client:
    """One that writes to a file, with what it remembers of it."""

    def __init__(self, db: Connection, part: int = 5_000, fresh: FreshTexts | None = None) -> None:
        self.db = db
        self.index = FullTextIndex(PartSize(part), fresh)
        with self.change():
            self.make_index()

    @contextmanager
    def change(self, *, is_undone: bool = False) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        yield
        self.db.execute("ROLLBACK" if is_undone else "COMMIT")

    @property
    def session(self) -> int:
        account = made_account_row(self.db, AccountKey("api", "url"))
        return made_session_row(self.db, account, "s")

    def act(self, kind: str, words: Sequence[tuple[str, str]]) -> None:
        if kind == "put":
            rows = [StoredMessage(at, user(key, word)) for at, (key, word) in enumerate(words)]
            put_messages(self.db, self.index, self.session, rows)
        elif kind == "drop":
            drop_messages(self.db, self.index, self.session, [key for key, _ in words])
        elif kind == "some":
            self.index.make_current(self.db)
        else:
            self.make_index()

    def make_index(self) -> None:
        while self.index.make_current(self.db):
            pass

    def waiting(self) -> int:
        """Return how many messages are not in the index."""
        count: int = self.db.execute("SELECT count(*) FROM unindexed").fetchone()[0]
        return count

    def told(self) -> set[tuple[str, int]]:
        """Return which words the index has, with their rows."""
        self.db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.told USING fts5vocab(main, fts_text, instance)"
        )
        return set(self.db.execute("SELECT term, doc FROM temp.told"))

    def stored(self) -> set[tuple[str, int]]:
        session = self.session
        return {
            (each.message.text, index_row(session, each.row))
            for each in messages_of(self.db, session)
        }


@settings(max_examples=20 * FUZZ)
@given(st.lists(st.tuples(CLIENTS, ACTS, ARE_UNDONE), max_size=12), PARTS)
def test_the_index_has_the_words_of_the_file_whatever_others_write_and_is_undone(
    acts: Sequence[tuple[int, Act, bool]], part: int
) -> None:
    with TemporaryDirectory() as folder, ExitStack() as opened:
        path = Path(folder) / "store.db"
        clients = [
            Client(opened.enter_context(closing(open_to_write(path))), part) for _ in range(2)
        ]
        for number, (kind, words), is_undone in acts:
            with clients[number].change(is_undone=is_undone):
                clients[number].act(kind, words)
        for client in clients:
            with client.change():
                client.make_index()
                assert client.told() == client.stored()


def test_a_message_that_another_client_put_in_the_place_of_one_is_taken_in_as_it_is(
    tmp_path: Path,
) -> None:
    with ExitStack() as opened:
        path = tmp_path / "store.db"
        client, other = (
            Client(opened.enter_context(closing(open_to_write(path)))) for _ in range(2)
        )
        with client.change():
            client.act("put", [("m0", "zebra")])
        with other.change():
            other.act("drop", [("m0", "zebra")])
            other.act("put", [("m1", "heron")])
        with client.change():
            client.make_index()
            assert client.told() == client.stored() == {("heron", index_row(1, 1))}


def test_what_was_just_written_is_not_read_again() -> None:
    client = Client(open_in_memory())
    read: list[str] = []
    client.db.set_trace_callback(read.append)
    with client.change():
        client.act("put", [("m0", "zebra"), ("m1", "heron")])
        client.make_index()
    assert client.told() == client.stored()
    assert not [each for each in read if each.startswith("SELECT format, value FROM message")]
    client.db.close()


def test_what_is_in_the_index_takes_no_room_from_what_is_written_before_the_rest_is() -> None:
    words = [(f"m{number}", "zebra") for number in range(3)]
    fresh, read = FreshTexts(most_bytes=3 * getsizeof("zebra") - 1), list[str]()
    client = Client(open_in_memory(), 1, fresh)
    with client.change():
        client.act("put", words)
        client.act("some", [])
    assert client.waiting() == 2
    client.db.set_trace_callback(read.append)
    with client.change():
        client.act("put", [("n0", "heron")])
        client.make_index()
    assert client.waiting() == 0
    assert not [each for each in read if each.startswith("SELECT format, value FROM message")]
    client.db.close()


def test_there_is_room_for_texts_as_soon_as_others_are_in_the_index() -> None:
    with closing(open_in_memory()) as db:
        texts = FreshTexts()
        large = [IndexedMessage(row, 1, row, user(str(row), "x" * 1_000_000)) for row in range(30)]
        texts.hold(db, large)
        held = [*texts.held(db)]
        assert held == [*range(len(held))]
        texts.let_go(held[:5])
        texts.hold(db, large[len(held) : len(held) + 10])
        assert [*texts.held(db)] == [*range(5, len(held) + 5)]


def test_of_a_row_that_is_written_again_the_text_before_is_not_held_though_there_is_no_room() -> (
    None
):
    with closing(open_in_memory()) as db:
        texts = FreshTexts(most_bytes=getsizeof("zebra"))
        first, large, again = (
            IndexedMessage(row, 1, row, user(str(row), text))
            for row, text in [(0, "zebra"), (1, "x" * 1_000), (0, "heron")]
        )
        texts.hold(db, [first, large])
        assert texts.all_held(db, [0, 1]) == ["zebra", large.message.text]
        # when the change was undone
        texts.hold(db, [again])
        assert texts.held(db).keys() == {1}


@settings(max_examples=5 * FUZZ)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "drop"]),
            st.lists(st.integers(0, 4 * SLOTS), min_size=1, max_size=8 * SLOTS),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_messages_that_share_rows_of_the_index_come_and_go_in_whatever_numbers(
    acts: Sequence[tuple[str, Sequence[int], bool]],
) -> None:
    client = Client(open_in_memory())
    for kind, numbers, is_indexed in acts:
        with client.change():
            client.act(kind, [(f"m{number}", f"word{number}") for number in numbers])
            if is_indexed:
                client.make_index()
                assert client.told() == client.stored()
    with client.change():
        client.make_index()
        assert client.told() == client.stored()
        drop_messages(client.db, client.index, client.session)
        client.make_index()
        assert client.told() == set()
    client.db.close()


def test_a_change_that_waits_is_made_before_all_that_is_new_is_in_the_index() -> None:
    client = Client(open_in_memory())
    with client.change():
        client.act("put", [(f"m{number}", "zebra") for number in range(2_500)])
    steps, is_more = [], True
    with client.change():
        while is_more:
            is_more = client.index.make_current(client.db, lambda: True)
            steps.append(client.waiting())
    assert steps == [1_500, 500, 0]
    assert client.told() == client.stored()
    client.db.close()


def test_while_nobody_waits_parts_grow_and_terms_of_the_next_one_are_made_beside() -> None:
    client, steps, made_in = Client(open_in_memory()), list[int](), set[str]()
    with client.change():
        client.act("put", [(f"m{number}", "zebra") for number in range(3_500)])

    def note_thread(frame: FrameType, *_: object) -> None:
        # before that it has no name
        if frame.f_code is part_terms.__code__:
            made_in.add(threading.current_thread().name)

    threading.setprofile(note_thread)
    try:
        with client.change():
            while client.index.make_current(client.db):
                steps.append(client.waiting())
    finally:
        threading.setprofile(None)
    assert (steps, client.waiting()) == ([2_500, 500], 0)
    assert made_in == {"store-terms"}
    client.db.close()


def test_a_message_that_changes_while_its_terms_are_made_is_taken_in_as_it_is() -> None:
    client = Client(open_in_memory(), part=2)
    with client.change():
        client.act("put", [(f"m{number}", "zebra") for number in range(6)])
        assert client.index.make_current(client.db)
        client.act("put", [("m2", "heron"), ("m3", "ibis")])
        client.act("drop", [("m5", "zebra")])
        client.make_index()
        assert client.told() == client.stored()
    client.db.close()


@pytest.mark.slow
def test_of_many_that_wait_no_one_is_left_out_or_told_twice() -> None:
    client = Client(open_in_memory())
    with client.change():
        client.act("put", [(f"m{number}", f"word{number} zebra") for number in range(12_345)])
        client.make_index()
    words = {word for word, _ in client.told()}
    assert words == {"zebra", *(f"word{number}" for number in range(12_345))}
    rows = {row for word, row in client.told() if word == "zebra"}
    assert rows == {index_row(client.session, slot) for slot in range(SLOTS)}
    with client.change():
        drop_messages(client.db, client.index, client.session)
        client.make_index()
        assert client.told() == set()
    client.db.execute("INSERT INTO fts_text (fts_text) VALUES ('integrity-check')")
    client.db.close()

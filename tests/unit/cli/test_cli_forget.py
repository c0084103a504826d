from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.model import Session
from tui.server import EmbeddedServer
from tui.store import SessionMarks
from tui.store.sqlite import STORE_FILE
from tui.store.sqlite.codec import decoded, encoded
from tui.values import replace

STORE = Path("data") / "runnel" / STORE_FILE


def ids(run: Run, *query: str) -> list[str]:
    return run("search", "-q", *query, "--limit", "9999")[1].split()


def aside_of(file: Path) -> Path:
    """Return where a damaged file is set aside, with its log beside it."""
    return file.with_name(f"{STORE_FILE}.broken1")


def test_what_a_query_finds_is_told_asked_for_and_forgotten(run_offline: Run) -> None:
    found, all_ids = ids(run_offline, "refund"), ids(run_offline, "messages:>0")
    assert 0 < len(found) < len(all_ids)
    code, out, err = run_offline("forget", "refund")
    assert (code, out) == (2, "")
    plural = "" if len(found) == 1 else "s"
    assert f"This forgets {len(found)} session{plural} with " in err
    assert "here and not at the server." in err
    assert "--yes agrees" in err
    assert ids(run_offline, "refund") == found
    # a query that was cut off forgets nothing else, nor what is older than the time behind it
    for broken in (['"refund'], ['"refund', "--before", "0d"], ['refund -"x', "-y"]):
        code, out, err = run_offline("forget", *broken)
        assert (code, out) == (2, "")
        assert "A quote is not closed" in err
    # nor does a variable without a value forget everything
    for void in (['""', "-y"], ["refund", '" "', "-y"], ['label:""', "--before", "0d", "-y"]):
        code, out, err = run_offline("forget", *void)
        assert (code, out) == (2, "")
        assert "Nothing is asked for in" in err
    assert ids(run_offline, "refund") == found

    code, out, err = run_offline("forget", "refund", "--yes")
    assert (code, out) == (0, "")
    assert "Forgotten." in err
    assert ids(run_offline, "refund") == []
    assert ids(run_offline, "messages:>0") == [each for each in all_ids if each not in found]
    assert run_offline("store", "check")[0] == 0
    assert run_offline("forget", "refund", "-y") == (4, "", "Nothing kept here matches.\n")


def test_no_word_of_what_was_forgotten_is_left_in_the_file(
    run_offline: Run, tmp_path: Path
) -> None:
    file = tmp_path / STORE
    [first, *_] = ids(run_offline, "messages:>0")
    history = json.loads(run_offline("export", "--offline", "--format", "json", first)[1])
    long_words = {
        word.encode()
        for message in history["sessions"][0]["messages"]
        for part in message["parts"]
        for word in str(part.get("text", "")).split()
        if len(word) > 12
    }
    assert long_words
    assert any(word in file.read_bytes() for word in long_words)
    before = file.stat().st_size
    for copy in (former := file.with_name(f"{STORE_FILE}.v1"), aside_of(file)):
        copy.write_bytes(next(iter(long_words)))
    code, _, err = run_offline("forget", "messages:>0", "--yes")
    assert code == 0
    assert f"{STORE_FILE}.v1, from before an update of Runnel, goes too." in err
    assert f"{aside_of(file)}: runnel store vacuum --copies deletes it." in err
    assert (former.exists(), aside_of(file).exists()) == (False, True)
    code, _, err = run_offline("store", "vacuum")
    assert (code, f"There is a copy, {aside_of(file)}, " in err) == (0, True)
    code, _, err = run_offline("store", "vacuum", "--copies")
    assert (code, f"Deleted {aside_of(file)}, " in err) == (0, True)
    written = b"".join(each.read_bytes() for each in file.parent.glob(f"{STORE_FILE}*"))
    assert not any(word in written for word in long_words)
    with closing(sqlite3.connect(file)) as db:
        # an empty index holds how it is averaged, and its structure
        assert db.execute("SELECT count(*) FROM fts_text_data").fetchone()[0] < 5
    assert file.stat().st_size < before


def test_a_log_that_somebody_reads_is_told_of(run_offline: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / STORE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM message").fetchone()[0]
        code, _, err = run_offline("forget", "feedback:down", "-y")
    assert code == 0
    assert f"{STORE_FILE}-wal, until all open Runnels have ended." in err


@pytest.mark.slow
def test_a_sync_leaves_out_what_was_forgotten_and_all_of_it_comes_back_when_wanted(
    profiles: Environment, run: Run
) -> None:
    assert run("sync")[0] == 0
    found = ids(run, "feedback:down")
    assert run("forget", "feedback:down", "-y")[0] == 0
    _, out, err = run("sync", "--json")
    again = json.loads(out)
    assert (again["copied"], again["forgotten"]) == (0, len(found))
    assert f"{len(found)} were forgotten here; --all copies them too." in err
    _, _, err = run("export", "--offline", "--format", "jsonl")
    assert f"{len(found)} sessions left out that were forgotten here; without --offline" in err
    assert ids(run, "feedback:down") == []
    assert set(found) < set(run("sessions", "-q")[1].split())
    code, _, err = run("export", "--format", "json", *found)
    told = f"{len(found)} sessions forgotten here stay so: only the export has them."
    assert (code, told in err) == (0, True)
    assert run("messages", found[0])[0] == 0
    assert ids(run, "feedback:down") == []
    assert run("sync", "--all")[0] == 0
    assert ids(run, "feedback:down") == found


@pytest.mark.slow
def test_what_was_typed_and_not_sent_stays_unless_it_is_to_go_too(
    run_offline: Run, tmp_path: Path
) -> None:
    found = ids(run_offline, "feedback:down")
    flagged = encoded(SessionMarks(is_flagged=True))
    with closing(sqlite3.connect(tmp_path / STORE)) as db, db:
        db.execute(
            "INSERT INTO draft (account, session_key, text, process)"
            " VALUES (1, ?, 'half a thought', '')",
            (found[0],),
        )
        db.execute("INSERT INTO mark VALUES (1, ?, ?)", (found[1], flagged))
    code, _, err = run_offline("forget", "feedback:down", "-y")
    assert code == 0
    assert "1 session with 1 unsent text would be left: --with-drafts forgets such too.\n" in err
    assert "your marks and notes in 1 of them" in err
    assert ids(run_offline, "feedback:down") == [found[0]]
    code, _, err = run_offline("forget", "feedback:down", "-y")
    assert (code, "Nothing else that is kept here matches." in err) == (4, True)
    assert ids(run_offline, "draft:thought") == [found[0]]
    code, _, err = run_offline("forget", "feedback:down", "-y", "--with-drafts")
    assert (code, "and 1 unsent text, here" in err) == (0, True)
    assert ids(run_offline, "draft:thought") == []


def test_copies_that_the_server_has_no_more_are_told_of(run_offline: Run, tmp_path: Path) -> None:
    [session_id, *_] = ids(run_offline, "messages:>0")
    with closing(sqlite3.connect(tmp_path / STORE)) as db, db:
        place = (session_id,)
        [value] = db.execute("SELECT value FROM list_row WHERE key = ?", place).fetchone()
        gone = replace(decoded(Session, value), gone_at=NOON)
        db.execute("UPDATE list_row SET value = ? WHERE key = ?", (encoded(gone), *place))
    code, _, err = run_offline("forget", "messages:>0")
    assert (code, "has deleted 1 of them: these are the only copies." in err) == (2, True)


def test_all_profiles_are_forgotten_in_together(
    profiles: Environment, run: Run, server: EmbeddedServer
) -> None:
    for each in ("work", "lab"):
        assert run("sync", "--profile", each)[0] == 0
    assert run("forget", "messages:>0", "--all", "-y")[0] == 0
    for each in ("work", "lab"):
        assert ids(run, "messages:>0", "--profile", each) == []


@each_row(
    ("arguments", "told"),
    [
        ((), "Tell what to forget"),
        (("--before", ""), "--before is not a time"),
        (("--before", '1" or "'), "--before is not a time"),
        (("--before", "soon"), "soon"),
        (("feedback:sideways",), "sideways"),
        (("a", "--all", "--profile", "work"), "cannot be combined"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_forgotten(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = run("forget", "--yes", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_there_is_nothing_to_forget_of_the_embedded_server(run: Run) -> None:
    code, _, err = run("forget", "a", "--yes")
    assert (code, "end with it: there is nothing to forget." in err) == (2, True)

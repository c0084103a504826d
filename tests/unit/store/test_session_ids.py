from __future__ import annotations

from pathlib import Path

from tests.fakes import NOON
from tests.tables import each_row
from tui.model import Session
from tui.store.session_ids import SESSION_IDS_FILE, SessionIdFile


@each_row(
    ("content", "ids"),
    [
        (b"", []),
        (b"\xff", []),
        (b"[" * 5_000, []),
        (b"7", []),
        (b'[["s", ""]]', []),
        (b'{"work": 7, "lab": [["s", ""]]}', []),
        (b'{"work": ["s", ["t"], ["u", 1], ["v", "", ""], {"w": ""}, ["x", "noon"]]}', ["x"]),
    ],
)
def test_of_a_broken_file_what_can_be_read_is_kept_and_it_can_be_written(
    tmp_path: Path, content: bytes, ids: list[str]
) -> None:
    path = tmp_path / SESSION_IDS_FILE
    path.write_bytes(content)
    path.chmod(0o600)
    file = SessionIdFile(path)
    assert [(each, None) for each in ids] == file.load("work")
    file.save("work", [Session("new", updated_at=NOON)])
    assert file.load("work") == [("new", NOON), *((each, None) for each in ids)]
    file.forget("work")
    assert SessionIdFile(path).load("work") == []

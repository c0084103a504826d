from __future__ import annotations

import json
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import Open, Pipe, Run
from tests.e2e.terminal import TIMEOUT_S

pytestmark = pytest.mark.warm_start


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_export_that_is_stopped_leaves_no_file(
    pipe: Pipe, profiles: Mapping[str, str], tmp_path: Path, number: signal.Signals, status: int
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    # it takes calls and answers none
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_S)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        silent = {**profiles, "RUNNEL_PROFILES__WORK__BASE_URL": url}
        export = pipe("export", "-o", "all.html", extra=silent, folder=folder)
        called, _ = listener.accept()
        with called:
            assert len([*folder.iterdir()]) == 1
            export.process.send_signal(number)
            _, told = export.rest(TIMEOUT_S)
    assert export.process.returncode == status
    assert b"Traceback" not in told
    assert [*folder.iterdir()] == []


def test_whoever_has_read_enough_ends_an_export_quietly(
    pipe: Pipe, profiles: Mapping[str, str]
) -> None:
    export = pipe("export", "--format", "json", extra=profiles)
    export.out.read(1)
    export.out.close()
    assert export.told.readall() == b""
    assert export.process.wait(TIMEOUT_S) == 0


def test_in_a_terminal_an_export_tells_what_became_of_it_and_leaves_no_line_of_progress(
    open_terminal: Open, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    terminal = open_terminal("export", "-o", "all.jsonl", "--redact", extra=profiles)
    assert terminal.wait_exit() == 0
    assert "Wrote " in terminal.text
    assert "Masked: " in terminal.text
    assert "Ctrl+C stops" not in terminal.text
    lines = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(each)["messages"] for each in lines)


def test_what_was_exported_once_is_exported_offline(
    run: Run, profiles: dict[str, str], tmp_path: Path
) -> None:
    online = run("export", "--format", "jsonl", extra=profiles)
    nowhere = profiles | {"RUNNEL_PROFILES__WORK__TOKEN": "none"}
    offline = run("export", "--format", "jsonl", "--offline", extra=nowhere)
    assert (online.returncode, offline.returncode) == (0, 0)
    assert offline.stdout == online.stdout
    assert offline.stderr.startswith("From what is kept here, read by ")

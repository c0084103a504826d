from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import RUNNEL, Open, Run
from tests.e2e.terminal import TIMEOUT_S

pytestmark = pytest.mark.warm_start


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_export_that_is_stopped_leaves_no_file(
    environment: dict[str, str],
    profiles: Mapping[str, str],
    tmp_path: Path,
    number: signal.Signals,
    status: int,
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    # it takes calls and answers none
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_S)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [*RUNNEL, "export", "-o", "all.html"],
            cwd=folder,
            env={**environment, **profiles, "RUNNEL_PROFILES__WORK__BASE_URL": url},
            stderr=subprocess.PIPE,
        )
        called, _ = listener.accept()
        with process, called:
            assert len([*folder.iterdir()]) == 1
            process.send_signal(number)
            _, told = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == status
    assert b"Traceback" not in told
    assert [*folder.iterdir()] == []


def test_whoever_has_read_enough_ends_an_export_quietly(
    environment: dict[str, str], profiles: Mapping[str, str]
) -> None:
    with subprocess.Popen(
        [*RUNNEL, "export", "--format", "json"],
        env={**environment, **profiles},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(TIMEOUT_S) == 0


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

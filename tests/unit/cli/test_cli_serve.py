from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import asyncssh
import pytest

from tests.fakes import NOON
from tests.tables import each_row
from tui.cli import main
from tui.cli.serve import KEYS_FILE
from tui.tapes.lines import header_line
from tui.tapes.recording import header_of

KEYS, TAPE = "KEYS", "TAPE"
PUBLIC = asyncssh.generate_private_key("ssh-ed25519").export_public_key()


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("RUNNEL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "config.toml").touch()
    file = tmp_path / "keys"
    file.write_bytes(PUBLIC)
    return file


@each_row(
    ("words", "sentence"),
    [
        (["0.0.0.0:0"], "At 0.0.0.0:0 anybody could come in."),
        (["[::]:0", "--app", "replay", "x.tape"], "At [::]:0 anybody could come in."),
        (["--app", "live", "work", "--guest"], "Guests never get the profile 'work'"),
        (["--app", "live", "work", "--guest", "--keys", KEYS], "Guests never get the profile"),
        (["--app", "live", "work", "--keys", KEYS], "There is no profile 'work'."),
        (["--app", "replay", "no.tape"], "no.tape"),
        (["--app", "replay", TAPE], "an API that this Runnel does not know: 'hardwired'; did you"),
        (["--app", "live", "work"], "Nobody may come in to the profile 'work' without a key."),
        (["--app", "live"], "must be demo, replay FILE or live PROFILE."),
        (["--app", "replay"], "must be demo, replay FILE or live PROFILE."),
        (["--app", "shell"], "must be demo, replay FILE or live PROFILE."),
        (["host:port"], "is no address to listen at."),
        (["--keys", "no-such-file"], "cannot be read"),
    ],
)
def test_a_door_that_would_be_too_open_or_lead_nowhere_is_not_opened(
    keys: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str], sentence: str
) -> None:
    tape = keys.with_name("a.tape")
    tape.write_bytes(header_line(header_of("hardwired", NOON)))
    files = {KEYS: str(keys), TAPE: str(tape)}
    told = [files.get(each, each) for each in words]
    assert main(["serve", *told]) == 2
    assert sentence in capsys.readouterr().err
    assert not (keys.parent / "data").exists()


def test_keys_that_others_may_write_are_not_taken(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = keys.with_name(KEYS_FILE)
    keys.rename(beside)
    beside.chmod(0o666)
    assert main(["serve"]) == 2
    assert "Others on this machine can write into" in capsys.readouterr().err


def test_the_help_names_the_page_on_looking_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--help"]) == 0
    assert ".github/SHOWING.md" in capsys.readouterr().out

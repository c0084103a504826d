from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import asyncssh
import click
import pytest

from tests.fakes import NOON
from tests.tables import each_row
from tui.cli import main
from tui.cli.visit_limits import limit_options
from tui.cli.visitor_access import KEYS_FILE
from tui.serve.limits import Limits
from tui.tapes.lines import header_line
from tui.tapes.recording import header_of
from tui.values import replace

REPOSITORY = Path(__file__).parents[3]
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


def test_the_help_names_each_way_of_looking_on_and_the_page_about_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = ".github/SHOWING.md"
    assert main(["serve", "--help"]) == 0
    told = capsys.readouterr().out
    assert page in told
    blocks = re.findall(r"^```sh\n(.*?)```$", (REPOSITORY / page).read_text("utf-8"), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 4
    for line in lines:
        assert f"  {line}\n" in told


def test_the_limits_that_are_not_told_are_the_usual_ones() -> None:
    told: list[Limits] = []

    @click.command()
    @limit_options
    def command(limits: Limits) -> None:
        told.append(limits)

    command.main([], standalone_mode=False)
    command.main(["--idle", "2", "--memory", "200", "--per-minute", "7"], standalone_mode=False)
    usual = Limits()
    assert told == [
        usual,
        replace(usual, idle_s=120.0, memory_bytes=200_000_000, connections_per_minute=7),
    ]

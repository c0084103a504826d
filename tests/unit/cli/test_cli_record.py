from pathlib import Path

import pytest

from tests.tables import each_row
from tests.unit.cli.conftest import Run
from tui.formatting.masking import MASK
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD
from tui.tapes.reading import read_tape
from tui.tapes.wire import Sent


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("profile", ["work", "lab"])
def test_what_is_asked_is_on_the_tape_without_secrets_and_what_is_left_out_is_told(
    profile: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "a.tape"
    # the server says it all again
    question = f"echo {DEMO_KEY} {DEMO_PASSWORD} {DEMO_EMAIL}"
    code, out, err = run("ask", "--record", str(file), "--profile", profile, question)
    assert code == 0
    assert "Not on the tape: header values but" in err
    assert "rate headers; cookies and keys; all of the sign-in; " in err
    assert DEMO_KEY in out
    content = file.read_text()
    # the e-mail is that of a profile of its own
    hidden = [DEMO_KEY, DEMO_PASSWORD, *([DEMO_EMAIL] if profile == "lab" else [])]
    assert not [each for each in hidden if each in content]
    tape = read_tape(file)
    assert tape.header.api == {"work": "gpt-trainer", "lab": "hardwire"}[profile]
    assert [each.text[:7] for each in tape.events if isinstance(each, Sent)] == [f"echo {MASK[:2]}"]


@each_row(
    ("arguments", "words"),
    [
        (("ask", "x", "--record", "/gone/a.tape"), "cannot be written"),
        (("ask", "x", "--record", "/"), "is there already"),
        (("ask", "x", "--record", " "), "needs the name of a file"),
        (("ask", "x", "--keep-host"), "--keep-host is for --record"),
        (("--keep-host",), "--keep-host is for --record"),
        (("--record", "x", "sessions"), "--record is for the app and for ask"),
    ],
)
@pytest.mark.usefixtures("profiles")
def test_what_cannot_be_recorded_is_refused_before_anything_is_asked(
    arguments: tuple[str, ...], words: str, run: Run
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err

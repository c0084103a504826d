from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tests.unit.cli.conftest import Run, RunProcess
from tui.cli.question import decoded
from tui.errors import BadInput
from tui.safe_text import sendable

pytestmark = pytest.mark.usefixtures("profiles")

ASKED = "echo é€漢\U0001f469\u200d\U0001f680 \u200fx"


@each_row(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be+mark", "utf-32", "utf-32-be+mark"]
)
@each_row("line_end", ["", "\n", "\r\n"])
def test_stdin_is_read_by_its_byte_order_mark(encoding: str, line_end: str) -> None:
    codec, _, marked = encoding.partition("+")
    text = ("\ufeff" if marked else "") + ASKED + line_end
    assert decoded(text.encode(codec)).removesuffix("\n").removesuffix("\r") == ASKED


def test_a_byte_order_mark_on_stdin_is_not_sent(run: Run) -> None:
    code, out, err = run("ask", "-", stdin=ASKED.encode("utf-8-sig"))
    assert (code, "not all" in err) == (0, False)
    assert "é€漢" in out
    assert "echo" not in out


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_refused(run: Run, codec: str) -> None:
    code, out, err = run("ask", "-", stdin="echo Grüße".encode(codec))
    assert (code, out) == (2, "")
    assert "stdin is UTF-16 without a byte order mark." in err
    assert f"-f {codec.upper().replace('-', '').replace('UTF16', 'UTF-16')} -t" in err


def test_utf_16_cut_in_half_is_sent_readable_and_told(run: Run) -> None:
    code, out, err = run("ask", "-", stdin="echo xy".encode("utf-16")[:-1])
    assert (code, out) == (0, "x\N{REPLACEMENT CHARACTER}\n")
    assert "stdin is not all UTF-16" in err


@given(st.binary(max_size=40))
def test_any_bytes_on_stdin_are_text_or_a_sentence(data: bytes) -> None:
    with suppress(BadInput):
        text = decoded(data)
        assert text == sendable(text)


LOCALES = [
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "en_US.ISO-8859-1", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.slow
@pytest.mark.parametrize("locale", LOCALES)
def test_a_locale_without_utf_8_asks_and_answers_the_same(
    run_process: RunProcess, locale: Mapping[str, str]
) -> None:
    variables = {**locale, "PYTHONUTF8": "0"}
    out, _ = run_process(("ask", ASKED), ("ask", "-"), stdin=ASKED.encode(), variables=variables)
    answers = out.splitlines()
    assert len(answers) == 2
    for answer in answers:
        assert answer.startswith("é€漢\U0001f469\u200d\U0001f680 ")


@pytest.mark.slow
def test_what_the_encoding_of_stdout_lacks_is_escaped_and_told_once(
    run_process: RunProcess,
) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    out, err = run_process(("ask", "echo é漢"), ("ask", "--json", "echo 👩"), variables=ascii_only)
    answer, *_, told = out.splitlines()
    assert answer == "\\xe9\\u6f22"
    assert err.count("what that lacks is escaped") == 1
    assert json.loads(told)["answer"]["text"] == "👩"


def test_an_argument_that_is_no_utf_8_is_told(run: Run) -> None:
    # as the interpreter reads it
    code, out, err = run("ask", os.fsdecode(b"echo caf\xe9"))
    assert (code, out) == (0, "caf\N{REPLACEMENT CHARACTER}\n")
    assert "TEXT is not all UTF-8" in err

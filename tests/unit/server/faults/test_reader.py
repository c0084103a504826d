from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.tables import each_row
from tui.server.faults.fault import RequestedFault
from tui.server.faults.reader import FaultReader, UnknownFault
from tui.server.gpt_trainer.description import GptTrainerDescription
from tui.server.hardwire.description import HardwireDescription
from tui.server.hardwire.real_dialect import RealWire

GPT = FaultReader(GptTrainerDescription())
HARDWIRE = FaultReader(HardwireDescription(RealWire()))


def usages(faults: Iterable[RequestedFault]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.fault.name, each.values) for each in faults]


@each_row(
    ("question", "faults", "rest"),
    [
        ("fault cut", [("cut", ())], ""),
        ("please fault cut and go on", [("cut", ())], "please  and go on"),
        ("Fault: Silence 3, will you?", [("silence", ("3",))], ", will you?"),
        ("fault silence", [("silence", ("20",))], ""),
        ("fault silence for long", [("silence", ("20",))], " for long"),
        ("fault silence 0.25 tools", [("silence", ("0.25",))], " tools"),
        ("fault late 5x", [("late", ("5",))], " 5x"),
        ("fault status 418", [("status", ("418",))], ""),
        ("fault history-status 502 7", [("history-status", ("502", "7"))], ""),
        ("fault history-status 502", [("history-status", ("502", "2"))], ""),
        ("fault busy body 3", [("busy", ("body", "3"))], ""),
        ("fault cut fault late 1", [("cut", ()), ("late", ("1",))], " "),
    ],
)
def test_a_question_asks_for_faults_by_name(
    question: str, faults: list[tuple[str, tuple[str, ...]]], rest: str
) -> None:
    asked = GPT.in_question(question)
    assert asked is not None
    assert (usages(asked[0]), asked[1]) == (faults, rest)


@each_row(
    "question",
    ["", "whose fault is it", "a default cut", "echo fault cut", "my fault, cut it", "faultcut"],
)
def test_other_questions_ask_for_nothing(question: str) -> None:
    assert GPT.in_question(question) is None


def test_a_header_asks_for_faults_by_name() -> None:
    assert usages(GPT.in_header("silence 3")) == [("silence", ("3",))]
    assert usages(GPT.in_header("cut, late 1")) == [("cut", ()), ("late", ("1",))]
    assert usages(HARDWIRE.in_header("comments")) == [("comments", ())]


@each_row("header", ["", "nonsense", "silence long", "cut 3", "cut,,late", "comments"])
def test_a_header_that_makes_no_sense_is_refused_in_words(header: str) -> None:
    with pytest.raises(UnknownFault) as refused:
        GPT.in_header(header)
    assert re.match("There is no fault|'.*' does not fit", str(refused.value))

"""Every fault, how it is asked for, and what a person then sees."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import pairwise

from tests.contract.conftest import APIS
from tui.server.faults import FAULTS_BY_NAME

GPT = "gpt-trainer"
REAL = "hardwire real"
HARDWIRE = ("hardwire documented", REAL)
WHOLE_END = " ends here."
"""What the answer to a question that only asks for faults ends with."""


class Shown(enum.Enum):
    WHOLE = "all of the answer"
    PART = "its beginning"
    NOTHING = "no text of it"
    OTHER = "another text"


@dataclass(frozen=True, slots=True)
class Case:
    """One send and its end; what is told by `api` in `but` goes before what is told of all."""

    question: str
    shown: Shown = Shown.WHOLE
    failure: str = ""
    """A piece of the sentence, empty for none."""
    streaming: bool = True
    stored: int = 1
    """How often the server holds the question in the end."""
    received: int = 1
    but: tuple[tuple[str, Shown, str], ...] = ()
    apis: tuple[str, ...] = APIS

    def __str__(self) -> str:
        return self.question + ("" if self.streaming else " in one piece")

    def ends(self, api: str) -> tuple[Shown, str]:
        """Return what is shown in the end, and why not more."""
        for each, shown, failure in self.but:
            if each == api:
                return shown, failure
        return self.shown, self.failure


def whole(question: str, *, stored: int = 1) -> Case:
    return Case(question, stored=stored)


def refused(question: str, failure: str) -> Case:
    return Case(question, Shown.NOTHING, failure, stored=0)


FAILED = "provider does not answer"
NOT_SHOWN = "history does not show"
# the real HardWire ends its stream with a copy of the whole answer
COPIED = ((REAL, Shown.WHOLE, ""),)

ENDINGS = (
    whole("fault truncated"),
    Case("fault error-first", Shown.NOTHING, FAILED),
    Case("fault error-midway", Shown.PART, FAILED),
    Case("fault error-last", Shown.WHOLE, FAILED),
    whole("please fault cut and go on"),
    whole("fault reset"),
    whole("fault silence 0.5"),
    Case("fault deleted", Shown.WHOLE, "no longer has this session", stored=0),
    whole("fault parallel", stored=2),
    Case("fault unanswered", Shown.WHOLE, NOT_SHOWN, but=COPIED),
    Case("fault not-stored", Shown.WHOLE, NOT_SHOWN, stored=0, but=COPIED),
    Case("fault cut fault unanswered", Shown.PART, "connection broke"),
    Case("fault reset fault not-stored", Shown.PART, "", stored=0),
    whole("fault parallel fault cut", stored=2),
)
RESTART = Case("fault restart 0.5", Shown.PART, "connection broke")

HISTORIES = (
    whole("fault late 0.5"),
    whole("fault late-answer 0.5"),
    whole("fault late 0.5 fault cut"),
    whole("fault reversed"),
    whole("fault extra"),
    whole("fault missing"),
    whole("fault duplicate"),
    whole("fault reversed fault duplicate fault extra fault cut"),
)

WIRE = (
    whole("fault bytes"),
    whole("fault split-characters"),
    whole("fault split-escapes"),
    whole("fault crlf"),
    whole("fault cr"),
    Case("fault comments", apis=HARDWIRE),
    whole("fault bom"),
    whole("fault separators"),
    whole("fault surrogates"),
    whole("fault nul"),
    whole("fault json-chunks"),
    whole("fault data-prefix"),
    Case("fault big-event", Shown.OTHER),
    Case("fault many-events", Shown.OTHER),
    Case("fault endless 500", Shown.OTHER, "You stopped here"),
    Case("fault unknown-events", apis=HARDWIRE),
    Case("fault bytes fault crlf tools", Shown.OTHER),
    Case("fault comments fault bom fault split-characters citations", Shown.OTHER, apis=HARDWIRE),
)

HTTP = (
    whole("fault html-error"),
    Case("fault json-error", Shown.NOTHING, FAILED),
    refused("fault redirect", "redirects to http://elsewhere.invalid"),
    whole("fault charset"),
    whole("fault gzip"),
    whole("fault slow-headers 0.5"),
    refused("fault status 500", "problem of its own"),
    refused("fault status 502", "HTTP 502"),
    refused("fault status 503", "HTTP 503"),
    refused("fault status 504", "HTTP 504"),
    refused("fault status 403", "does not allow"),
    refused("fault status 429", "Too many calls"),
    # turned away unread for want of a sign-in, which HardWire makes anew
    Case("fault status 401", received=2, apis=HARDWIRE),
    Case("fault status 401", Shown.NOTHING, "rejected this API key", stored=0, apis=(GPT,)),
    *(
        refused(f"fault busy {where} 1", "Too many calls")
        for where in ("retry-after", "x-retry-after", "body", "date")
    ),
)

READS = (
    whole("fault history-status 429 2"),
    whole("fault history-status 502 2"),
    whole("fault history-status 503 2"),
    whole("fault history-status 504 1"),
    whole("fault history-reset 2"),
    whole("fault history-cut 2"),
    whole("fault cut fault history-reset 2"),
)

IN_ONE_PIECE = (
    Case("fault truncated", streaming=False),
    Case("fault cut", streaming=False),
    Case("fault reset", streaming=False),
    Case("fault error-first", Shown.NOTHING, "", streaming=False),
    Case("fault html-error", streaming=False),
    Case("fault json-error", Shown.NOTHING, FAILED, streaming=False),
    Case("fault late 0.5", streaming=False),
    Case("fault gzip", streaming=False),
    Case("fault surrogates", streaming=False),
)

CASES = (*ENDINGS, *HISTORIES, *WIRE, *HTTP, *READS, *IN_ONE_PIECE)


def fault_names(case: Case) -> list[str]:
    """Return the names of the faults that a case asks for."""
    words = case.question.split()
    return [FAULTS_BY_NAME[name].name for before, name in pairwise(words) if before == "fault"]

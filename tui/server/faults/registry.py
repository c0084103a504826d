"""All faults, and how a question or a header asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.server.demo import Dialect
from tui.server.faults.endings import ENDINGS
from tui.server.faults.fault import Api, Armed, Fault, Group
from tui.server.faults.histories import HISTORIES
from tui.server.faults.http_faults import HTTP, READS
from tui.server.faults.wire import WIRE
from tui.server.scripted.scripts import Say, Script

FAULTS: tuple[Fault, ...] = (*ENDINGS, *HISTORIES, *WIRE, *HTTP, *READS)

_PHRASE = re.compile(r"\bfault[ :]+([a-z]+(?:-[a-z]+)*)", re.I)
_ECHO = re.compile(r"echo ", re.I)
_NAMED = {fault.name: fault for fault in FAULTS}


class UnknownFault(Exception):
    """Nothing, or something unknown, was asked for; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who reads the names of faults: one API in one dialect."""

    api: Api
    dialect: Dialect

    def in_question(self, question: str) -> tuple[tuple[Armed, ...], str] | None:
        """Return the faults that a question asks for and what is left of it, `None` for none.

        A question that begins with `echo` asks for nothing. One that begins with `fault` and no
        known name is answered with the names there are.
        """
        if _ECHO.match(question):
            return None
        faults: list[Armed] = []
        rest: list[str] = []
        end = 0
        for phrase in _PHRASE.finditer(question):
            fault = self._named(phrase[1])
            if fault is not None:
                armed, behind = self._armed(fault, question, phrase.end())
                faults.append(armed)
                rest.append(question[end : phrase.start()])
                end = behind
        if faults:
            return tuple(faults), "".join([*rest, question[end:]])
        if phrase_at_start := _PHRASE.match(question.lstrip()):
            return (self._unknown(phrase_at_start[1]),), ""
        return None

    def in_header(self, header: str) -> tuple[Armed, ...]:
        """Return the faults of `NAME ARGUMENT, NAME ARGUMENT`.

        Raises:
            UnknownFault: a name or an argument is not known.
        """
        return tuple(self._read(each.strip()) for each in header.split(","))

    def _read(self, usage: str) -> Armed:
        name, _, arguments = usage.partition(" ")
        fault = self._named(name)
        if fault is None:
            raise UnknownFault(self._refusal(name))
        armed, end = self._armed(fault, usage, len(name))
        if usage[end:].strip():
            raise UnknownFault(f"'{arguments}' does not fit: {fault.usage}")
        return armed

    def _named(self, name: str) -> Fault | None:
        fault = _NAMED.get(name.lower())
        return fault if fault is not None and self.api in fault.apis else None

    def _armed(self, fault: Fault, text: str, at: int) -> tuple[Armed, int]:
        """Return `fault` with the arguments that stand in `text` from `at` on, and their end."""
        values: list[str] = []
        for argument in fault.arguments:
            found = re.compile(rf"\s+({argument.pattern})(?![\w-])").match(text, at)
            if found is None:
                break
            values.append(found[1])
            at = found.end()
        defaults = [argument.default for argument in fault.arguments[len(values) :]]
        return Armed(fault, (*values, *defaults), self.api, self.dialect), at

    def _refusal(self, name: str) -> str:
        names = ", ".join(fault.name for fault in FAULTS if self.api in fault.apis)
        return f"There is no fault '{name}' for this API. There are: {names}."

    def _unknown(self, name: str) -> Armed:
        """Return what answers with the names there are."""
        answer = Script((Say(self._refusal(name)),))
        fault = Fault(name=name, what="", seen="", group=Group.ENDING, script=lambda *_: answer)
        return Armed(fault, (), self.api, self.dialect)


def fault_named(name: str) -> Fault:
    """Return a fault by its name.

    Raises:
        KeyError: there is none.
    """
    return _NAMED[name]

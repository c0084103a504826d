"""Reader of the names of faults, in questions and in the header."""

from __future__ import annotations

import re

from msgspec import Struct

from tui.server.faults.api import ApiDescription
from tui.server.faults.fault import Fault, Group, RequestedFault, RewriteScript
from tui.server.faults.registry import FAULTS, FAULTS_BY_NAME
from tui.server.scripted.scripts import Say, Script

_PHRASE = re.compile(r"\bfault[ :]+([a-z]+(?:-[a-z]+)*)", re.I)
_ECHO = re.compile(r"echo ", re.I)


class UnknownFault(Exception):
    """Nothing, or something unknown, was asked for; its text is a sentence."""


class FaultReader(Struct, frozen=True):
    """Reads the names of the faults that fit one API."""

    api: ApiDescription

    def in_question(self, question: str) -> tuple[tuple[RequestedFault, ...], str] | None:
        """Return the faults that a question asks for and what is left of it, `None` for none.

        A question that begins with `echo` asks for nothing. One that begins with `fault` and no
        known name is answered with the names there are.
        """
        if _ECHO.match(question):
            return None
        faults: list[RequestedFault] = []
        rest: list[str] = []
        end = 0
        for phrase in _PHRASE.finditer(question):
            fault = self._named(phrase[1])
            if fault is not None:
                requested, behind = self._requested(fault, question, phrase.end())
                faults.append(requested)
                rest.append(question[end : phrase.start()])
                end = behind
        if faults:
            return tuple(faults), "".join([*rest, question[end:]])
        if phrase_at_start := _PHRASE.match(question.lstrip()):
            return (self._unknown(phrase_at_start[1]),), ""
        return None

    def in_header(self, header: str) -> tuple[RequestedFault, ...]:
        """Return the faults of `NAME ARGUMENT, NAME ARGUMENT`.

        Raises:
            UnknownFault: a name or an argument is not known.
        """
        return tuple(self._read(each.strip()) for each in header.split(","))

    def _read(self, usage: str) -> RequestedFault:
        name, _, arguments = usage.partition(" ")
        fault = self._named(name)
        if fault is None:
            raise UnknownFault(self._refusal(name))
        requested, end = self._requested(fault, usage, len(name))
        if usage[end:].strip():
            raise UnknownFault(f"'{arguments}' does not fit: {fault.usage}")
        return requested

    def _named(self, name: str) -> Fault | None:
        fault = FAULTS_BY_NAME.get(name.lower())
        return fault if fault is not None and fault.fits(self.api) else None

    def _requested(self, fault: Fault, text: str, start: int) -> tuple[RequestedFault, int]:
        """Return `fault` with the arguments that stand in `text` from `start` on, and their end."""
        values: list[str] = []
        for argument in fault.arguments:
            word = re.compile(rf"\s+({argument.pattern})(?![\w-])").match(text, start)
            if word is None:
                break
            values.append(word[1])
            start = word.end()
        defaults = [argument.default for argument in fault.arguments[len(values) :]]
        return RequestedFault(fault, (*values, *defaults), self.api), start

    def _refusal(self, name: str) -> str:
        names = ", ".join(fault.name for fault in FAULTS if fault.fits(self.api))
        return f"There is no fault '{name}' for this API. There are: {names}."

    def _unknown(self, name: str) -> RequestedFault:
        """Return what answers with the names there are."""
        answer = Script((Say(self._refusal(name)),))
        effect = RewriteScript(lambda *_: answer)
        fault = Fault(name=name, summary="", seen="", group=Group.ENDING, effects=(effect,))
        return RequestedFault(fault, (), self.api)

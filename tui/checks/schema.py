"""Schema of a suite file: the keys that a person writes, and the expectations that each makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import regex
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, field_validator

from tui.checks.expectations import (
    Calls,
    Cites,
    CitesNothing,
    Contains,
    Expectation,
    HoldsJson,
    InLanguage,
    Lacks,
    Matches,
    MaxChars,
    MaxSeconds,
    SameAsLast,
)
from tui.checks.languages import language_code
from tui.checks.variables import VARIABLE_NAME, Variables

ANY_SOURCE = "any"
TEXT_KEYS = frozenset({"contains", "lacks", "matches", "cites", "calls"})
"""Each is one text or a list of texts."""
_STRICT = ConfigDict(extra="forbid", strict=True)

Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Text | Annotated[list[Text], Field(min_length=1)]
Holds = Literal[True]


class Expectations(BaseModel):
    model_config = _STRICT

    contains: Texts = Field([], description="Texts that the answer holds, in any case.")
    lacks: Texts = Field([], description="Texts that the answer does not hold, in any case.")
    matches: Texts = Field([], description="Regular expressions that are found in the answer.")
    cites: Texts = Field(
        [], description='Titles or addresses of its sources, in part; "any" for any source.'
    )
    no_citation: Holds | None = Field(None, description="The answer cites no source.")
    calls: Texts = Field([], description="Names of the tools that it calls.")
    max_seconds: float | None = Field(None, gt=0, description="From question to whole answer.")
    max_chars: int | None = Field(None, gt=0, description="Length of the answer.")
    language: Text | None = Field(
        None, description="Code of the language it is in: de, pt-BR, zh; needs runnel[language]."
    )
    same_as_last: Holds | None = Field(
        None, description="The words are those of the run that is compared with."
    )
    json_: dict[str, JsonValue] = Field(
        {}, alias="json", description="Path in the answer's JSON (items.0.name) = value there."
    )

    @field_validator("matches")
    @classmethod
    def _is_pattern(cls, patterns: str | list[str]) -> str | list[str]:
        for each in _listed(patterns):
            try:
                regex.compile(each)
            except regex.error as error:
                raise ValueError(f"is no regular expression: {error}") from None
        return patterns

    @field_validator("language")
    @classmethod
    def _is_language(cls, code: str | None) -> str | None:
        return None if code is None else language_code(code)

    def made(self, variables: Variables) -> Iterator[Expectation]:
        """Yield what is expected, in the order of the keys here.

        Raises:
            BadInput: there is no such variable.
        """
        fill = variables.fill
        yield from (Contains(fill(each)) for each in _listed(self.contains))
        yield from (Lacks(fill(each)) for each in _listed(self.lacks))
        yield from (Matches(variables.fill_pattern(each)) for each in _listed(self.matches))
        for each in _listed(self.cites):
            yield Cites("" if each == ANY_SOURCE else fill(each))
        if self.no_citation:
            yield CitesNothing()
        yield from (Calls(fill(each)) for each in _listed(self.calls))
        if self.max_seconds is not None:
            yield MaxSeconds(self.max_seconds)
        if self.max_chars is not None:
            yield MaxChars(self.max_chars)
        if self.language is not None:
            yield InLanguage(self.language)
        if self.same_as_last:
            yield SameAsLast()
        for path, value in self.json_.items():
            yield HoldsJson(path, fill(value) if isinstance(value, str) else value)


class WrittenTurn(Expectations):
    ask: Text = Field(description="The question; {{name}} stands for a variable.")


class WrittenCase(Expectations):
    name: Text = Field(description="What the case is called; no other one is.")
    ask: Text | None = Field(None, description="The question, where the case has one turn.")
    turn: list[WrittenTurn] = Field([], description="Questions asked one after the other.")


class WrittenSuite(BaseModel):
    model_config = _STRICT | ConfigDict(title="Suite of checks for runnel check")

    name: Text | None = Field(None, description="What the suite is called; else as its file.")
    variables: dict[Annotated[str, StringConstraints(pattern=f"^{VARIABLE_NAME}$")], str] = Field(
        {}, description="Texts that stand for {{name}} in questions and expectations."
    )
    case: Annotated[list[WrittenCase], Field(min_length=1)]


def schema_text() -> str:
    """Return the JSON Schema of a suite, for editors."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **WrittenSuite.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def keys_of(is_turn: bool) -> list[str]:
    """Return the keys of a case, or of one of its turns."""
    model = WrittenTurn if is_turn else WrittenCase
    return [each.alias or name for name, each in model.model_fields.items()]


def _listed(texts: str | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else texts

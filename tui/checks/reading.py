"""Suite files: read, checked, and told of by line and column where something is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tui.checks.schema import TEXT_KEYS, WrittenCase, WrittenSuite, WrittenTurn, keys_of
from tui.checks.suite import Case, Suite, Turn
from tui.checks.variables import Variables
from tui.errors import BadInput
from tui.file_reading import parse_toml, place_of, read_file
from tui.formatting.nearest import did_you_mean
from tui.safe_text import clean, clean_line
from tui.toml_places import places_of
from tui.values import replace

MAX_BYTES = 4_000_000

_Path = tuple[str, ...]

_MUST_BE = {
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "literal_error": "can only be true",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "greater_than": "must be more than 0",
}


def read_suite(path: Path, variables: Mapping[str, str]) -> Suite:
    """Return the suite in a file; `variables` stand before those of the file.

    Raises:
        BadInput: it cannot be read, or something in it is wrong.
    """
    name = clean_line(path.name)
    try:
        text = read_file(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8 text.", hint=_SHOWS_EXAMPLE) from None
    except (OSError, ValueError) as error:
        reason = clean_line(getattr(error, "strerror", None) or "no file has such a name")
        raise BadInput(
            f"The suite {clean_line(str(path))} cannot be read: {reason}.", hint=_SHOWS_EXAMPLE
        ) from None
    file = str(place_of(path))
    # a name that cannot be shown cannot be kept
    return replace(SuiteText(name, text).suite(variables), file=file if clean(file) == file else "")


_SHOWS_EXAMPLE = "runnel check new FILE writes an example."


class SuiteText:
    """The text of a suite file, and its `name` for sentences about it."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text

    def suite(self, variables: Mapping[str, str]) -> Suite:
        """Return the suite that it is.

        Raises:
            BadInput: it is none; the sentence names the place, and the nearest right name.
        """
        try:
            table = parse_toml(self._text)
        except ValueError as error:
            raise BadInput(
                f"{self._name} is not valid TOML: {clean_line(str(error))}.", hint=_SHOWS_EXAMPLE
            ) from None
        try:
            written = WrittenSuite.model_validate(table)
        except ValidationError as error:
            raise self._refused(error) from None
        self._require_known(written, variables)
        values = Variables({**written.variables, **variables})
        cases = tuple(
            Case(clean_line(each.name), self._turns(number, each, values))
            for number, each in enumerate(written.case)
        )
        self._require_names(cases)
        name = clean_line(written.name or "") or clean_line(Path(self._name).stem)
        return Suite(name, cases)

    def _turns(self, number: int, case: WrittenCase, values: Variables) -> tuple[Turn, ...]:
        at = ("case", str(number))
        if (case.ask is None) is not bool(case.turn):
            raise self._error(at, "needs either 'ask' or [[case.turn]]s")
        if case.ask is not None:
            asked: list[tuple[_Path, WrittenCase | WrittenTurn]] = [(at, case)]
        else:
            asked = [((*at, "turn", str(index)), each) for index, each in enumerate(case.turn)]
            if any(case.model_fields_set - {"name", "turn"}):
                raise self._error(at, "says what it expects in its turns, or has one 'ask'")
        turns = []
        for place, each in asked:
            try:
                turn = Turn(values.fill(each.ask or ""), tuple(each.made(values)))
            except BadInput as error:
                raise self._error(place, error.sentence, sign=": ") from None
            if not turn.question.strip():
                raise self._error((*place, "ask"), _MUST_BE["too_short"])
            turns.append(turn)
        return tuple(turns)

    def _require_known(self, written: WrittenSuite, variables: Mapping[str, str]) -> None:
        for each in variables:
            if each not in written.variables:
                near = did_you_mean(each, written.variables)
                raise self._error(("variables",), f"has no '{clean_line(each)}'{near}")

    def _require_names(self, cases: tuple[Case, ...]) -> None:
        names = Counter(each.name for each in cases)
        for number, each in enumerate(cases):
            if not each.name:
                raise self._error(("case", str(number), "name"), _MUST_BE["too_short"])
            if names[each.name] > 1:
                raise self._error(("case", str(number)), f"is not the only '{each.name}'")

    def _refused(self, error: ValidationError) -> BadInput:
        """Return the problem that explains most of the others: an unknown key."""
        problems = error.errors(include_url=False)
        problems.sort(key=lambda each: each["type"] != "extra_forbidden")
        return self._told(problems[0])

    def _told(self, problem: ErrorDetails) -> BadInput:
        # behind the name of a key stand marks of the validator, for each type that it tried
        path = tuple(map(str, problem["loc"]))
        match problem["type"]:
            case "extra_forbidden":
                key = path[-1]
                is_of_case = path[0] == "case" and len(path) > 1
                known = keys_of("turn" in path) if is_of_case else [*WrittenSuite.model_fields]
                near = did_you_mean(key, known)
                return self._error(path, f"has no key '{clean_line(key)}'{near}", named=path[:-1])
            case "missing":
                return self._error(path[:-1], f"needs '{path[-1]}'")
            case "string_pattern_mismatch":
                return self._error(path[:2], "must be letters, digits and _")
            case "value_error":
                return self._error(path, str(problem["ctx"]["error"]))
            case "list_type":
                keys = ".".join(each for each in path if not each.isdigit())
                return self._error(path, f"must be written as [[{keys}]]")
            case _ if TEXT_KEYS.intersection(path):
                return self._error(path, "must be a text in quotes, or a list of such")
            case other:
                return self._error(path, _MUST_BE.get(other, clean_line(problem["msg"])))

    def _error(
        self, path: _Path, words: str, *, sign: str = " ", named: _Path | None = None
    ) -> BadInput:
        """Return a problem of what stands at `path`, told behind its name."""
        places = places_of(self._text)
        while path and path not in places:
            path = path[:-1]
        place = places.get(path)
        subject = _subject(path if named is None else named)
        at = "" if place is None else f":{place.line}:{place.column}"
        words = words if words.endswith("?") else f"{words}."
        return BadInput(
            clean_line(f"{self._name}{at}: {subject}{sign}{words}"), hint=_SHOWS_EXAMPLE
        )


def _subject(path: _Path) -> str:
    """Name what stands at a path: `turn 2 of case 3: contains`."""
    match path:
        case ("case", case, "turn", turn, *rest):
            owner = f"turn {int(turn) + 1} of case {int(case) + 1}"
        case ("case", case, *rest):
            owner = f"case {int(case) + 1}"
        case (*rest,):
            owner = ""
    return ": ".join(filter(None, (owner, ".".join(rest)))) or "the suite"

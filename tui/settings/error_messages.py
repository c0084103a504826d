"""Error messages for settings: one sentence with the place, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tui.errors import SettingsError
from tui.formatting.nearest import did_you_mean, nearest
from tui.safe_text import clean_line
from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.profiles import PROFILE_MODELS, defaults_of
from tui.settings.rules import UnknownName
from tui.settings.sources import ConfigFile, Table, value_at, variable_name
from tui.settings.values import Settings
from tui.toml_places import Path, Place, nearest_place, places_of

_MUST_BE = {
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
    "dataclass_type": "must be a table",
    "model_attributes_type": "must be a table",
}
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
"""Of all settings, of a profile."""


class Problem(Struct, frozen=True):
    """What is wrong with one setting; the sentence names it, and the nearest right one."""

    sentence: str
    place: Place | None = None
    """In the file; `None` for a variable, and where no line tells it."""


class Problems:
    """Tells the problems of settings that come from `file` and `environment`."""

    def __init__(self, file: ConfigFile, environment: Table) -> None:
        self._file = file
        self._environment = environment

    def of(self, error: ValidationError) -> list[Problem]:
        """Return all problems, those first that explain most of the others: unknown keys."""
        problems = error.errors(include_url=False)
        unknown = {_place(each)[:-1] for each in problems if each["type"] in _UNKNOWN_KEY}
        # a key that is misspelt is missing too
        told = [
            each
            for each in problems
            if each["type"] != "missing" or _place(each)[:-1] not in unknown
        ]
        told.sort(key=lambda each: each["type"] not in _UNKNOWN_KEY)
        return [self._problem(self._sentence(each), _named(each)) for each in told]

    def unknown_default(self, settings: Settings) -> Problem:
        """Return the problem of a `default_profile` that is not among the profiles."""
        path = ("default_profile",)
        near = did_you_mean(settings.default_profile, settings.profiles or EMBEDDED_PROFILES)
        name = clean_line(settings.default_profile)
        sentence = f"{self._subject(path)} names '{name}', and there is no such profile{near}"
        return self._problem(sentence, path)

    def unknown_queries(self, settings: Settings) -> Sequence[Problem]:
        """Return the problems of names in `notify_queries` that no saved query has."""
        path = ("notify_queries",)
        known = settings.saved_names if settings.notifying else ()
        return [
            self._problem(
                f"{self._subject(path)} names '{clean_line(each)}', and there is no such saved"
                f" query{did_you_mean(each, known)}",
                path,
            )
            for each in settings.notifying
            if each not in known
        ]

    def error(self, problems: Sequence[Problem]) -> SettingsError:
        """Return problems as what ends a command: the first one, and how many others there are."""
        first, *others = problems
        hints = []
        if first.sentence.startswith(self._file.name):
            hints.append(self._file.hint_at(first.place))
        if others:
            hints.append(f"{len(others)} more: runnel config check lists them all.")
        return SettingsError(first.sentence, hint=" ".join(hints))

    def about(self, path: Path, sentence: str) -> Problem:
        """Return the problem of what stands at `path`; the sentence goes on behind its name."""
        return self._problem(f"{self._subject(path)} {sentence}", path)

    def _problem(self, sentence: str, path: Path) -> Problem:
        sentence = sentence if sentence.endswith("?") else f"{sentence}."
        return Problem(sentence, self._place(path))

    def _place(self, path: Path) -> Place | None:
        return None if self._from_environment(path) else nearest_place(self._places, path)

    @cached_property
    def _places(self) -> Mapping[Path, Place]:
        return places_of(self._file.text)

    def _sentence(self, problem: ErrorDetails) -> str:
        path = _place(problem)
        match problem["type"]:
            case each if each in _UNKNOWN_KEY:
                return self._unknown_key(path, str(problem["loc"][2:3] and problem["loc"][2]))
            case "missing":
                return f"{self._subject(path[:-1])} needs '{path[-1]}'"
            case "union_tag_not_found":
                return f"{self._subject(path)} needs 'api': {_either(PROFILE_MODELS)}"
            case "union_tag_invalid":
                api = str(problem["input"].get("api", ""))
                return self._one_of((*path, "api"), api, PROFILE_MODELS)
            case "value_error":
                return self._refused(path, problem["input"], problem["ctx"]["error"])
            case "string_pattern_mismatch":
                name = clean_line(path[1])
                return (
                    f"{self._subject(path[:1])} has a profile '{name}': names are lower-case "
                    "letters, digits, '-' and '_'"
                )
            case other:
                return f"{self._subject(path)} {_MUST_BE.get(other, clean_line(problem['msg']))}"

    def _refused(self, path: Path, value: object, why: ValueError) -> str:
        if isinstance(why, UnknownName):
            return self._one_of(path, str(value), why.known)
        return f"{self._subject(path)} {clean_line(str(why))}"

    def _unknown_key(self, path: Path, api: str) -> str:
        *above, key = path
        model = PROFILE_MODELS.get(api) if above else None
        fields = defaults_of(model or Settings)
        near = nearest(key, fields)
        shown = clean_line(key)
        owner = next(
            (name for name, each in PROFILE_MODELS.items() if key in defaults_of(each)), ""
        )
        if self._from_environment(path):
            variable = clean_line(variable_name(path))
            if model and owner:
                return f"{variable} belongs to {owner} profiles, and '{above[1]}' speaks {api}"
            hint = f"; did you mean {variable_name((*above, near))}?" if near else ""
            return f"{variable} is not a setting{hint}"
        if model and owner:
            return f"{self._subject(tuple(above))} speaks {api}, and '{shown}' belongs to {owner}"
        return f"{self._subject(tuple(above))} has no key '{shown}'{did_you_mean(key, fields)}"

    def _one_of(self, path: Path, word: str, known: Iterable[str]) -> str:
        known = list(known)
        return f"{self._subject(path)} must be {_either(known)}{did_you_mean(word, known)}"

    def _subject(self, path: Path) -> str:
        """Name what stands at `path` the way it was written: a variable, or a place in the file."""
        if self._from_environment(path):
            variables = [variable_name(each) for each in _leaves(self._environment, path)]
            about = f": the profile '{clean_line(path[1])}'" if len(path) == 2 else ""
            return clean_line(variables[0]) + about
        depth = 2 if path[:1] == ("profiles",) else 1
        is_in_table = path[:1] in (("profiles",), ("keys",), ("queries",))
        table, key = (path[:depth], path[depth:]) if is_in_table else ((), path)
        words = [f"[{'.'.join(table)}]"] if table else []
        words += key
        return clean_line(f"{self._file.name}: {' '.join(words)}" if words else self._file.name)

    def _from_environment(self, path: Path) -> bool:
        """Tell whether what stands at `path` was set by variables alone."""
        value = value_at(self._environment, path) if path else None
        # a single value of the environment replaces the file's, a table only adds to it
        added = isinstance(value, dict) and value_at(self._file.table, path) is not None
        return value is not None and not added


def _place(problem: ErrorDetails) -> Path:
    """Return the keys from the top to the problem, without the marks of the validator."""
    loc = [str(step) for step in problem["loc"]]
    if loc[:1] == ["profiles"]:
        loc = loc[:2] + loc[3:]
    return tuple(loc)


def _named(problem: ErrorDetails) -> Path:
    """Return the keys from the top to what the sentence about a problem names."""
    path = _place(problem)
    return (*path, "api") if problem["type"] == "union_tag_invalid" else path


def _leaves(table: Table, path: Path) -> list[Path]:
    value = value_at(table, path)
    if not isinstance(value, dict):
        return [path]
    return [leaf for key in value for leaf in _leaves(table, (*path, key))]


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last

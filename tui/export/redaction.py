"""Redaction of an export: personal data and keys as placeholders, each the same wherever it stands.

It is done to the values, before any format sees them, so that all formats hold the same.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct, structs

from tui.export.exported import About, ExportedSession
from tui.export.key_shapes import NAMES_KEY
from tui.export.personal_data import FoundData, Kind, findings, merged, plain_letters
from tui.facts import SessionFacts
from tui.formatting.masking import spans_of
from tui.safe_text import JsonValue, SafeText
from tui.values import replace

T = TypeVar("T")

_NAME_FIELD = re.compile(r"name|nom(bre)?$|imię|isim|navn|vorname|名|имя|фамилия", re.I)
_PHONE_FIELD = re.compile(r"phone|mobile|tel(ef|$)|fax|whatsapp|handy|电话|電話", re.I)
_MIN_SOUGHT_CHARS = 4
"""Shorter values of a form are masked there and looked for nowhere else."""
_MIN_NAME_CHARS = 3


class _Known(Struct, frozen=True):
    """A value that the facts of a session tell, to be found in its texts."""

    kind: Kind
    value: str
    """Of whom it is: a first name stands for the whole."""
    pattern: re.Pattern[str]


class Redactor:
    """Masks one session after the other; numbers and counts are those of all of them.

    `secret_forms` returns what the profile's own secrets may look like.
    """

    def __init__(self, secret_forms: Callable[[], Collection[str]] = frozenset) -> None:
        self._secret_forms = secret_forms
        self._forms: Collection[str] = ()
        self._known: tuple[_Known, ...] = ()
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._last_numbers: Counter[Kind] = Counter()
        self._counts: Counter[Kind] = Counter()

    def about(self, about: About) -> About:
        return replace(about, profile=self._text(about.profile), is_redacted=True)

    def session(self, exported: ExportedSession) -> ExportedSession:
        """Return a session in which nothing of what is found can be read any more."""
        self._forms = self._secret_forms()
        facts = exported.session.facts
        self._known = () if facts is None else tuple(_known_of(facts))
        session = self._value(exported.session)
        return ExportedSession(session, tuple(map(self._value, exported.messages)))

    def told(self) -> str:
        """Return in one sentence what was masked."""
        counts = [
            f"{self._counts[kind]:,} × {kind.value}{self._different(kind)}"
            for kind in Kind
            if self._counts[kind]
        ]
        return f"Masked: {', '.join(counts)}." if counts else "Nothing was found to mask."

    def _different(self, kind: Kind) -> str:
        different = self._last_numbers[kind]
        return f" ({different:,} different)" if different != self._counts[kind] else ""

    def _value(self, value: T) -> T:
        """Return any value of the model with all of its texts masked."""
        masked: Any = value
        match value:
            case enum.Enum() | date():
                pass
            case str():
                masked = self._text(value)
            case SessionFacts():
                masked = self._session_facts(value)
            case tuple():
                masked = tuple(map(self._value, value))
            case dict() | list():
                masked = self._json(value)
            case Struct():
                masked = structs.replace(value, **dict(self._fields(value)))
        return masked  # type: ignore[no-any-return]

    def _fields(self, value: Struct) -> Iterator[tuple[str, object]]:
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if name == "id" or name.endswith("_id"):
                # an id is no word of anybody, and leads to what it names
                continue
            if name == "raw":
                # what was typed, control by control: it goes into no export
                yield name, ""
            elif name in ("arguments", "result"):
                yield name, self._json(inner)
            else:
                yield name, self._value(inner)

    def _session_facts(self, facts: SessionFacts) -> SessionFacts:
        lead = tuple(
            (self._text(key), self._whole(_kind_of(key, Kind.LEAD), value))
            for key, value in facts.lead
        )
        return replace(
            facts,
            lead=lead,
            auth_data=self._identity(facts.auth_data),
            last_question=self._text(facts.last_question),
            labels=tuple(map(self._text, facts.labels)),
        )

    def _identity(self, value: JsonValue, key: str = "") -> JsonValue:
        """Return what a site says of a person without any of it but its form."""
        match value:
            case None | bool():
                return value
            case dict():
                return {
                    self._text(name): self._identity(item, name) for name, item in value.items()
                }
            case list():
                return [self._identity(item, key) for item in value]
            case _:
                return self._whole(_kind_of(key, Kind.IDENTITY), SafeText(str(value)))

    def _json(self, value: JsonValue, key: str = "") -> JsonValue:
        match value:
            case str() if NAMES_KEY.search(key) and value:
                return self._whole(Kind.KEY, SafeText(value))
            case str() if _PHONE_FIELD.search(key) and re.search(r"\d{3}", plain_letters(value)):
                return self._whole(Kind.PHONE, SafeText(value))
            case str():
                return self._text(SafeText(value))
            case bool() | None:
                return value
            case int() | float():
                # a number may be one of a card
                masked = self._json(str(value), key) if abs(value) > 9_999 else str(value)
                return value if masked == str(value) else masked
            case dict():
                return {
                    self._text(SafeText(name)): self._json(item, name)
                    for name, item in value.items()
                }
            case list():
                return [self._json(item, key) for item in value]

    def _whole(self, kind: Kind, text: SafeText) -> SafeText:
        """Return a placeholder for all of a text, of the kind that it is seen to be."""
        if not text.strip():
            return text
        found = self._findings(text)
        if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)):
            return self._placeholder(found[0].kind, found[0].value)
        return self._placeholder(kind, _canonical(text))

    def _text(self, text: str) -> SafeText:
        pieces: list[str] = []
        end = 0
        for each in self._findings(text):
            pieces += [text[end : each.start], self._placeholder(each.kind, each.value)]
            end = each.end
        return SafeText("".join([*pieces, text[end:]]))

    def _findings(self, text: str) -> list[FoundData]:
        found = findings(text)
        found += [
            FoundData(Kind.KEY, start, end, text[start:end])
            for start, end in spans_of(text, self._forms)
        ]
        plain = plain_letters(text) if self._known else ""
        for known in self._known:
            found += [
                FoundData(known.kind, *match.span(), known.value)
                for match in known.pattern.finditer(plain)
            ]
        return merged(found)

    def _placeholder(self, kind: Kind, value: str) -> SafeText:
        identity = (kind, value)
        if identity not in self._numbers:
            self._last_numbers[kind] += 1
            self._numbers[identity] = self._last_numbers[kind]
        self._counts[kind] += 1
        return SafeText(f"[{kind.value} {self._numbers[identity]}]")


def _kind_of(key: str, otherwise: Kind) -> Kind:
    """Return of what kind a value is in a field of this name, whatever it looks like."""
    return Kind.NAME if _NAME_FIELD.search(key) else otherwise


def _canonical(text: str) -> str:
    return " ".join(plain_letters(text).casefold().split())


def _known_of(facts: SessionFacts) -> Iterator[_Known]:
    """Yield what to look for in the texts of a session."""
    told: list[tuple[Kind, str]] = [(_kind_of(key, Kind.LEAD), value) for key, value in facts.lead]
    leaves = _named_leaves(facts.auth_data)
    told += [(_kind_of(key, Kind.IDENTITY), value) for key, value in leaves]
    for kind, value in told:
        plain, whole = plain_letters(value).strip(), _canonical(value)
        if len(plain) >= _MIN_SOUGHT_CHARS or (kind is Kind.NAME and not plain.isascii()):
            yield _Known(kind, whole, _pattern(plain, re.I))
        if kind is Kind.NAME:
            for part in plain.split():
                if len(part) >= _MIN_NAME_CHARS and part != plain:
                    # as it is written: a name may be a word
                    yield _Known(kind, whole, _pattern(part))


def _named_leaves(value: JsonValue, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a site tells of a person that may stand elsewhere: names, numbers, addresses."""
    match value:
        case dict():
            for name, item in value.items():
                yield from _named_leaves(item, name)
        case list():
            for item in value:
                yield from _named_leaves(item, key)
        case str() | int() | float() if not isinstance(value, bool):
            text = str(value)
            if _NAME_FIELD.search(key) or (len(text) >= 6 and re.search(r"\d|@| ", text)):
                yield key, text


def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what finds a text as words of its own, however it is spaced."""
    body = r"\s+".join(map(re.escape, text.split()))
    before = r"(?<!\w)" if _is_spaced(text[0]) else ""
    behind = r"(?!\w)" if _is_spaced(text[-1]) else ""
    return re.compile(before + body + behind, flags)


def _is_spaced(character: str) -> bool:
    """Say whether words of this script stand apart from each other."""
    return character.isdigit() or character.islower() or character.isupper()

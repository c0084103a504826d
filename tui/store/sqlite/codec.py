"""Codec between values of the model and JSON text, made from the fields of their structs.

A field with a default needs nothing here: it is left out where it has that value, and read as that
value where it is missing, so that older rows stay readable. What an older Runnel does not know is
passed over. A new member of a union needs its name in `_TAGS`. A field that is renamed or changes
its meaning needs a new `VERSION` and a step in `_UPGRADES`.
"""

from __future__ import annotations

import inspect
import json
import sys
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, astuple, fields

from tui.model import CitationsPart, NotePart, TextPart, ToolPart
from tui.safe_text import JsonValue, SafeText, clean, clean_json
from tui.turn import Cut, EndedWell, Failed, StoppedByPerson, Unsent

VERSION = 1
_VERSION_KEY = "v"
_TAG_KEY = "is"

_DECODER = json.JSONDecoder()
_ENCODER = msgspec.json.Encoder()

T = TypeVar("T")

_TAGS: Mapping[type, str] = {
    TextPart: "text",
    ToolPart: "tool",
    CitationsPart: "citations",
    NotePart: "note",
    EndedWell: "ended",
    StoppedByPerson: "stopped",
    Cut: "cut",
    Failed: "failed",
    Unsent: "unsent",
}
"""Names of the members of unions in a file: never changed."""

_UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""The first makes of a value of version 1 one of version 2, and so on; only ever added to."""


class Unreadable(ValueError):
    """A row holds something else than it should."""


class _Codec(Struct, frozen=True):
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def encoded(value: object) -> str:
    """Return a struct of the model as JSON text, which UTF-8 can carry."""
    table = {_VERSION_KEY: VERSION, **_codec_of(cast(Hashable, type(value))).encode(value)}
    return json_text(table)


def decoded(kind: type[T], text: str) -> T:
    """Return the value that `encoded` made `text` of.

    Raises:
        Unreadable: there is no such value in it, or a newer Runnel wrote it.
    """
    try:
        # not loads: lists are long, and it takes half the time
        table, end = _DECODER.raw_decode(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(table, dict) or end != len(text):
        raise Unreadable("no table")
    version = table.get(_VERSION_KEY)
    if type(version) is not int or not 1 <= version <= VERSION:
        raise Unreadable(f"version {version!r}")
    for upgrade in _UPGRADES[version - 1 :]:
        table = upgrade(table)
    codec: _Codec = _codec_of(cast(Hashable, kind))
    value: T = codec.decode(table)
    return value


def encoded_as(hint: object, value: object) -> str:
    """Return a value of another type than a struct, such as `tuple[Part, ...]`, as JSON text."""
    return json_text({_VERSION_KEY: VERSION, "value": _codec_of(hint).encode(value)})


def decoded_as(hint: object, text: str) -> Any:
    """Return the value that `encoded_as` made `text` of.

    Raises:
        Unreadable: there is no such value in it.
    """
    try:
        return _codec_of(hint).decode(json.loads(text)["value"])
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise Unreadable(str(error)) from None


def json_text(value: object) -> str:
    """Return JSON that UTF-8 can carry: as it is, or where a lone surrogate is in it, escaped."""
    return json_octets(value).decode()


def json_octets(value: object) -> bytes:
    """Return `json_text` in UTF-8."""
    try:
        # in a tenth of the time that json takes
        return _ENCODER.encode(value)
    except (UnicodeEncodeError, OverflowError, TypeError):
        return json.dumps(value, separators=(",", ":")).encode()


@cache
def _codec_of(hint: Any) -> _Codec:
    if hint == JsonValue:
        return _Codec(_same, clean_json)
    if hint is SafeText:
        return _Codec(_same, _safe_text)
    if hint in (str, int, bool, types.NoneType):
        return _Codec(_same, _plain(hint))
    if hint is float:
        return _Codec(_same, _float)
    if hint is datetime:
        return _Codec(datetime.isoformat, _datetime)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is tuple and arguments[-1] is not ...:
        return _fixed(tuple(map(_codec_of, arguments)))
    if origin in (tuple, frozenset):
        return _sequence(origin, _codec_of(arguments[0]))
    if origin in (dict, Mapping):
        return _table(_codec_of(arguments[1]))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Codec(str, lambda value: _member(hint, value))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _struct(hint)
    raise TypeError(f"no codec for {hint!r}")


def _struct(kind: type[Struct]) -> _Codec:
    names = vars(sys.modules[kind.__module__])
    types = inspect.get_annotations(kind)
    # not the type that the field names: JsonValue would be taken apart there
    codecs = {name: _codec_of(eval(types[name], names)) for name in kind.__struct_fields__}
    decode_by_name = {name: codec.decode for name, codec in codecs.items()}
    defaults = _defaults(kind)
    told_fields = [(name, defaults[name], codec.encode) for name, codec in codecs.items()]

    def encode(value: Any) -> dict[str, Any]:
        told = {}
        for (name, default, encode_field), each in zip(told_fields, astuple(value), strict=True):
            if each is not default and (type(each) is not type(default) or each != default):
                told[name] = encode_field(each)
        return told

    def decode(table: Any) -> Any:
        _checked(table, dict)
        told = {
            name: decode_field(each)
            for name, each in table.items()
            if (decode_field := decode_by_name.get(name)) is not None
        }
        try:
            return kind(**told)
        except TypeError as error:
            raise Unreadable(str(error)) from None

    return _Codec(encode, decode)


def _defaults(kind: type[Struct]) -> Mapping[str, Any]:
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    if any(hasattr(each, "factory") for each in defaults):
        return {each.name: _default(each) for each in fields(kind)}
    # most have none that is made: `fields` finds out all types too, while a question goes out
    return dict.fromkeys(names, NODEFAULT) | dict(
        zip(names[len(names) - len(defaults) :], defaults, strict=True)
    )


def _default(field: FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is NODEFAULT else made()


def _union(members: tuple[Any, ...]) -> _Codec:
    """Return the codec of `X | None`, or of a union of structs, told by their tags."""
    kinds = [each for each in members if each is not types.NoneType]
    is_optional = len(kinds) < len(members)
    if len(kinds) == 1:
        only = _codec_of(kinds[0])
        decode_only = only.decode
        return _Codec(
            lambda value: None if value is None else only.encode(value),
            lambda value: None if value is None else decode_only(value),
        )
    codecs = {_TAGS[kind]: _codec_of(kind) for kind in kinds}

    def encode(value: Any) -> Any:
        if value is None:
            return None
        tag = _TAGS[type(value)]
        return {_TAG_KEY: tag, **codecs[tag].encode(value)}

    def decode(value: Any) -> Any:
        if value is None and is_optional:
            return None
        tag = _checked(value, dict).get(_TAG_KEY)
        if not isinstance(tag, str) or tag not in codecs:
            raise Unreadable(f"{tag!r} is not known")
        return codecs[tag].decode(value)

    return _Codec(encode, decode)


def _sequence(kind: Any, item: _Codec) -> _Codec:
    def encode(values: Any) -> list[Any]:
        encoded_values = [item.encode(each) for each in values]
        return sorted(encoded_values) if kind is frozenset else encoded_values

    return _Codec(encode, lambda values: kind(map(item.decode, _checked(values, list))))


def _fixed(items: tuple[_Codec, ...]) -> _Codec:
    def decode(values: Any) -> tuple[Any, ...]:
        if len(_checked(values, list)) != len(items):
            raise Unreadable(f"{len(values)} values instead of {len(items)}")
        return tuple(item.decode(each) for item, each in zip(items, values, strict=True))

    return _Codec(
        lambda values: [item.encode(each) for item, each in zip(items, values, strict=True)], decode
    )


def _table(item: _Codec) -> _Codec:
    return _Codec(
        lambda table: {key: item.encode(each) for key, each in table.items()},
        lambda table: {
            clean(key): item.decode(each) for key, each in _checked(table, dict).items()
        },
    )


def _same(value: Any) -> Any:
    return value


def _plain(kind: Any) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        # not _checked: lists are long, and it is one call more
        return value if type(value) is kind else _checked(value, kind)

    return decode


def _checked(value: Any, kind: Any) -> Any:
    if type(value) is not kind:
        raise Unreadable(f"{value!r:.40} is no {kind.__name__}")
    return value


def _float(value: Any) -> float:
    if type(value) not in (int, float):
        raise Unreadable(f"{value!r:.40} is no number")
    return float(value)


def _safe_text(value: Any) -> SafeText:
    if type(value) is not str:
        raise Unreadable(f"{value!r:.40} is no text")
    # the file may have been written by whoever can read it
    return clean(value, len(value))


def _datetime(value: Any) -> datetime:
    try:
        then = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise Unreadable(str(error)) from None
    return then if then.tzinfo is not None else then.replace(tzinfo=UTC)


def _member(kind: type[StrEnum], value: Any) -> StrEnum:
    try:
        return kind(value)
    except ValueError as error:
        raise Unreadable(str(error)) from None

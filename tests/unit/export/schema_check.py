"""Check of a value against as much of JSON Schema as the schema of exports says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "items",
    "additionalProperties", "enum", "const", "anyOf", "format",
}  # fmt: skip


def faults(
    value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "$"
) -> Iterator[str]:
    """Yield what of `value` is against `schema`, each with its place."""
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if "anyOf" in schema and all(any(faults(value, each, root)) for each in schema["anyOf"]):
        yield f"{path}: none of anyOf"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is not in the enum"
    kinds = schema.get("type", [*_TYPES])
    if not _is_of(value, [kinds] if isinstance(kinds, str) else kinds):
        yield f"{path}: {value!r} is not {kinds}"
    if schema.get("format") == "date-time" and isinstance(value, str):
        assert datetime.fromisoformat(value).tzinfo is not None
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        yield from (
            f"{path}: lacks {name}" for name in schema.get("required", ()) if name not in value
        )
        for name, each in value.items():
            if name in properties:
                yield from faults(each, properties[name], root, f"{path}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{path}: has {name}"
    if isinstance(value, list) and "items" in schema:
        for at, each in enumerate(value):
            yield from faults(each, schema["items"], root, f"{path}[{at}]")


def _is_of(value: Any, kinds: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _TYPES[kind]) for kind in kinds)

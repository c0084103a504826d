"""Uses of private names of Textual and Rich in our modules, found in their syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import tui

LIBRARIES = ("textual", "rich")
_MAY_USE = [
    # each begins with what is found soon
    re.compile(r"\._(?<!\bself\._)(?<!\bcls\._)[a-zA-Z]"),
    re.compile(r"attr\("),
    re.compile(r"(from|import)\s+(textual|rich)([\w.]*\._|[^\n(]*(\([^)]*)?[\s,(]_)"),
]
"""What stands in each module that uses a private name without a class made of one with that."""


@dataclass(frozen=True, slots=True)
class PrivateUse:
    module: str
    line: int
    name: str


@cache
def private_uses() -> list[PrivateUse]:
    """Return every use in `tui`, in the order of the modules."""
    uses: list[PrivateUse] = []
    for info in walk_packages(tui.__path__, "tui."):
        if not info.name.endswith(".__main__"):
            module = import_module(info.name)
            assert module.__file__ is not None
            uses += uses_in(module, Path(module.__file__).read_text(encoding="utf-8"))
    return uses


def uses_in(module: ModuleType, source: str) -> Iterator[PrivateUse]:
    """Yield the uses in the source of a module: imports, overrides, attributes."""
    # most modules hold nothing of that, and a tree of each takes a second of a processor
    may_use = any(each.search(source) for each in _MAY_USE)
    if not (may_use or _has_classes_of_library(module)):
        return
    nodes = [*ast.walk(ast.parse(source))]
    own = _own_names(nodes)
    for node in nodes:
        match node:
            case ast.ImportFrom(module=str(origin)) if _is_of_library(origin):
                is_private = any(map(_is_private, origin.split(".")))
                names = [alias.name for alias in node.names]
                for name in names:
                    if is_private or _is_private(name):
                        yield PrivateUse(module.__name__, node.lineno, name)
            case ast.Import():
                for alias in node.names:
                    if _is_of_library(alias.name) and any(map(_is_private, alias.name.split("."))):
                        yield PrivateUse(module.__name__, node.lineno, alias.name)
            case ast.Attribute(value=owner, attr=name) if _is_private(name):
                if not _is_self(owner) and _is_from_elsewhere(own, module, owner, name):
                    yield PrivateUse(module.__name__, node.lineno, name)
            case ast.Call(func=ast.Name(id="getattr" | "hasattr" | "setattr")):
                name = getattr(node.args[1], "value", "")
                if isinstance(name, str) and _is_private(name):
                    yield PrivateUse(module.__name__, node.lineno, name)
            case ast.ClassDef():
                yield from _uses_in_class(module, node)


def _uses_in_class(module: ModuleType, definition: ast.ClassDef) -> Iterator[PrivateUse]:
    """Yield what a class overrides, sets or reads of the classes it is made from."""
    inherited = _inherited_names(module, definition.name)
    seen: set[str] = set()
    # most are made of our own alone
    for node in ast.walk(definition) if inherited else ():
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                pass
            case ast.Attribute(value=owner, attr=name) if _is_self(owner):
                pass
            case _:
                continue
        if name in inherited and name not in seen:
            seen.add(name)
            yield PrivateUse(module.__name__, node.lineno, name)


def _inherited_names(module: ModuleType, class_name: str) -> set[str]:
    names: set[str] = set()
    for candidate in _classes_of(module):
        if candidate.__name__ == class_name:
            for base in candidate.__mro__:
                if _is_of_library(base.__module__):
                    names |= names_of(base)
    return names


def _classes_of(owner: object) -> Iterator[type]:
    for member in list(vars(owner).values()):
        if isinstance(member, type) and member.__module__.startswith("tui."):
            yield member
            if member is not owner and member.__qualname__.count(".") < 3:
                yield from _classes_of(member)


@cache
def names_of(owner: type) -> frozenset[str]:
    """Return the private names that a class has, or gives to its objects."""
    names = set(vars(owner)) | set(getattr(owner, "__annotations__", {}))
    names |= _names_by_class(owner.__module__).get(owner.__qualname__, set())
    return frozenset(filter(_is_private, names))


@cache
def _names_by_class(module: str) -> dict[str, set[str]]:
    """Return what the methods of each class of a module ask of their object, those within too.

    Each module is read once: to find the end of one long class in it takes longer than all of that.
    """
    names: dict[str, set[str]] = {}
    file = getattr(import_module(module), "__file__", None) or ""
    source = Path(file).read_text(encoding="utf-8") if file.endswith(".py") else ""
    waiting: list[tuple[ast.AST, tuple[str, ...]]] = [(ast.parse(source), ())]
    while waiting:
        node, classes = waiting.pop()
        if isinstance(node, ast.ClassDef):
            classes = (*classes, ".".join([*classes[-1:], node.name]))
            names.setdefault(classes[-1], set())
        elif isinstance(node, ast.Attribute) and _is_self(node.value):
            for each in classes:
                names[each].add(node.attr)
        waiting += ((child, classes) for child in ast.iter_child_nodes(node))
    return names


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _is_of_library(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES


def _is_self(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super")):
            return True
    return False


def _is_from_elsewhere(own: Container[str], module: ModuleType, owner: ast.expr, name: str) -> bool:
    """Whether a private name is neither the module's own nor that of a module of Python."""
    if isinstance(owner, ast.Name) and isinstance(getattr(module, owner.id, None), ModuleType):
        return _is_of_library(getattr(module, owner.id).__name__)
    return name not in own


def _own_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names of what a module defines, and of what its objects give themselves."""
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Attribute(value=owner, attr=name) if _is_self(owner):
                names.add(name)
    return names


def _has_classes_of_library(module: ModuleType) -> bool:
    return any(
        _is_of_library(base.__module__) for each in _classes_of(module) for base in each.__mro__
    )

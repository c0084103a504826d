"""Workflows that can be run: steps in a fixed order, and the answer they end with."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from msgspec import Struct

from tui.safe_text import JsonValue


class Note(Struct, frozen=True):
    """What a step says of itself on its way; notes come at even distances."""

    share: float | None
    """How much is done, from 0 to 1."""
    words: str


class PlannedStep(Struct, frozen=True):
    tool: str
    took_s: float
    arguments: JsonValue
    notes: tuple[Note, ...]
    result: JsonValue
    error: str
    """Why it fails, and the run with it; empty for a step that succeeds."""


class ScriptedWorkflow(Struct, frozen=True):
    slug: str
    name: str
    description: str
    version: int | None
    """`None` for one that is not published and cannot run."""
    steps: tuple[PlannedStep, ...]
    answer: tuple[str, ...]
    """Its text, in the pieces it is written in."""


@functools.cache
def load_workflows() -> tuple[ScriptedWorkflow, ...]:
    """Return all workflows in the order of their names."""
    folder = resources.files("tui.server") / "texts" / "workflows"
    read = (_workflow(tomllib.loads(path.read_text("utf-8"))) for path in folder.iterdir())
    return tuple(sorted(read, key=lambda workflow: workflow.name))


def _workflow(data: dict[str, Any]) -> ScriptedWorkflow:
    return ScriptedWorkflow(
        data["slug"],
        data["name"],
        data["description"],
        data.get("version"),
        tuple(_step(entry) for entry in data.get("step", ())),
        tuple(piece["say"] for piece in data.get("answer", ())),
    )


def _step(entry: dict[str, Any]) -> PlannedStep:
    notes = tuple(Note(note.get("share"), note["words"]) for note in entry.get("note", ()))
    result, error = entry.get("result"), entry.get("error", "")
    return PlannedStep(entry["tool"], entry["took_s"], entry["arguments"], notes, result, error)

"""Seed data: the chats that a fresh server already holds, from minutes to months old."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from tui.server.scripted.scripts import read_sources, read_tools, without_markers
from tui.server.scripted.workflow_runs import PlannedRun
from tui.server.scripted.workflows import load_workflows
from tui.server.scripted.world import Chat, Person, Review, ScriptedExchange, Thumb, World

_ANSWER_TIME = timedelta(seconds=9)
_BETWEEN_QUESTIONS = timedelta(minutes=2, seconds=10)


def remember_past(
    world: World, api: str, owners: dict[str, str], *, markers: bool
) -> tuple[PlannedRun, ...]:
    """Fill `world` with the past of `api`, and return the runs that may be going on in it.

    `owners` maps the chatbot that a past chat was held with to the id of the chat's owner.
    `markers` keeps the `[3.4]` in the answers.
    """
    planned: list[PlannedRun] = []
    for data in _past():
        if api in data["apis"]:
            chat = _read_chat(world, data, owners[data["chatbot"]], markers=markers)
            world.add(chat)
            if running := data.get("running"):
                workflow = next(
                    each for each in load_workflows() if each.slug == running["workflow"]
                )
                planned.append(PlannedRun(workflow, chat, running["question"]))
    return tuple(planned)


@cache
def _past() -> tuple[Mapping[str, Any], ...]:
    """Return what stands in the files of the past, which each API reads, and each new start."""
    folder = resources.files("tui.server") / "texts" / "past"
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    return tuple(tomllib.loads(path.read_text("utf-8")) for path in paths)


def _read_chat(world: World, data: Mapping[str, Any], owner: str, *, markers: bool) -> Chat:
    """Return a chat whose last answer is `age_hours` old."""
    entries = data["exchange"]
    ended_at = world.now() - timedelta(hours=data["age_hours"])
    began_at = ended_at - _ANSWER_TIME - (len(entries) - 1) * _BETWEEN_QUESTIONS
    return Chat(
        world.new_id(),
        owner,
        created_at=began_at,
        active_at=ended_at,
        title=data.get("title"),
        system=data.get("system", ""),
        person=Person(**data["person"]) if "person" in data else None,
        exchanges=[
            _read_exchange(world, entry, began_at + position * _BETWEEN_QUESTIONS, markers=markers)
            for position, entry in enumerate(entries)
        ],
    )


def _read_exchange(
    world: World, entry: dict[str, Any], asked_at: datetime, *, markers: bool
) -> ScriptedExchange:
    answer = entry["answer"] if markers else without_markers(entry["answer"])
    return ScriptedExchange(
        world.new_id(),
        world.new_id(),
        entry["question"].strip(),
        asked_at,
        answer=answer.strip(),
        answered_at=asked_at + _ANSWER_TIME,
        error=entry.get("error", ""),
        sources=read_sources(entry),
        tools=read_tools(entry),
        review=_read_review(entry.get("review", {})),
    )


def _read_review(entry: dict[str, Any]) -> Review:
    thumb = Thumb(entry["thumb"]) if "thumb" in entry else None
    return Review(**{**entry, "labels": tuple(entry.get("labels", ())), "thumb": thumb})

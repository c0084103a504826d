"""Seed data: the chats that a fresh server already holds, from minutes to months old."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
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
    folder = resources.files("tui.server") / "texts" / "past"
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        data = tomllib.loads(path.read_text("utf-8"))
        if api in data["apis"]:
            if not markers:
                for entry in data["exchange"]:
                    entry["answer"] = without_markers(entry["answer"])
            chat = _read_chat(world, data, owners[data["chatbot"]])
            world.add(chat)
            if running := data.get("running"):
                workflow = next(
                    each for each in load_workflows() if each.slug == running["workflow"]
                )
                planned.append(PlannedRun(workflow, chat, running["question"]))
    return tuple(planned)


def _read_chat(world: World, data: dict[str, Any], owner: str) -> Chat:
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
            _read_exchange(world, entry, began_at + position * _BETWEEN_QUESTIONS)
            for position, entry in enumerate(entries)
        ],
    )


def _read_exchange(world: World, entry: dict[str, Any], asked_at: datetime) -> ScriptedExchange:
    return ScriptedExchange(
        world.new_id(),
        world.new_id(),
        entry["question"].strip(),
        asked_at,
        answer=entry["answer"].strip(),
        answered_at=asked_at + _ANSWER_TIME,
        error=entry.get("error", ""),
        sources=read_sources(entry),
        tools=read_tools(entry),
        review=_read_review(entry.get("review", {})),
    )


def _read_review(entry: dict[str, Any]) -> Review:
    thumb = Thumb(entry["thumb"]) if "thumb" in entry else None
    return Review(**{**entry, "labels": tuple(entry.get("labels", ())), "thumb": thumb})

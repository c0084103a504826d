"""Forgetting of sessions on this machine: what is kept of each, and which stay away. Protocol."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tui.facts import SessionFacts
from tui.model import Session


class Kept(Struct, frozen=True):
    """What is kept here of one session besides its rows in lists."""

    messages: int = 0
    is_marked: bool = False
    """By a person: a flag, a tag, a note, a title, and the like."""
    unsent: int = 0
    """Drafts, queued questions, and those that no history holds yet."""


def is_forgotten(session: Session, until: datetime | None) -> bool:
    """Say whether nothing is to be kept of a session, of which all up to a change is forgotten.

    `None`: nothing of it is.
    """
    changed_at = session.changed_at
    return until is not None and (changed_at is None or changed_at <= until)


def bare(session: Session) -> Session | None:
    """Return what lists tell of a session that was forgotten: that it is there, and its times.

    `None` where the server does not have it.
    """
    return _untold(session) if session.gone_at is None else None


def listed(session: Session, forgotten_until: datetime | None) -> Session:
    """Return what a list keeps of a session: of one that is forgotten, that it is there."""
    return _untold(session) if is_forgotten(session, forgotten_until) else session


def _untold(session: Session) -> Session:
    # empty facts, where there were some, still head what a customer asked as not one's own
    facts = SessionFacts() if session.facts is not None else None
    return Session(
        session.id,
        created_at=session.created_at,
        updated_at=session.updated_at,
        facts=facts,
        gone_at=session.gone_at,
    )


class ForgettingStore(Protocol):
    """What is kept of the sessions of one account, and of which nothing is to be."""

    async def kept(self, session_ids: Collection[str] | None = None) -> Mapping[str, Kept]:
        """Return by session what is kept, of those of which there is anything; `None`: of all."""
        ...

    def forget(self, session_id: str, until: datetime) -> None:
        """Drop all there is of a session, and what was asked in it from the earlier questions.

        Lists that have it tell what is `bare`. `until` is the last change that is forgotten. Who
        stores messages of it again keeps it.
        """
        ...

    async def forgotten(self) -> Mapping[str, datetime]:
        """Return by session up to which change it is forgotten, as long as it is not kept again."""
        ...

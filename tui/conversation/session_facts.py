"""Facts of a session, from what its server tells now, told before, and its history has come to."""

from __future__ import annotations

from tui.facts import SessionFacts
from tui.store import Digest
from tui.values import replace


def known_facts(
    told: SessionFacts | None, before: SessionFacts | None, digest: Digest
) -> SessionFacts | None:
    """Return `told` with what it does not tell; the same object when that is nothing.

    `None` where the server tells an operator nothing.
    """
    if told is None:
        return None
    facts = told
    if before is not None and before != told:
        facts = SessionFacts(
            told.lead or before.lead,
            before.auth_data if told.auth_data is None else told.auth_data,
            before.message_count if told.message_count is None else told.message_count,
            told.last_question or before.last_question,
            told.labels or before.labels,
        )
    if digest.message_count is not None:
        facts = replace(
            facts,
            message_count=digest.message_count,
            last_question=digest.last_question,
            labels=digest.labels,
        )
    return told if facts == told else facts

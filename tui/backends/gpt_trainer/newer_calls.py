"""Newer calls of the GPT-trainer family, some of which hosts of an older edition lack.

Source: the documents of GPT-trainer, of AI Chatbot Hub and of Chatwize, which differ in them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.http.client import READ_TIMEOUT_S
from tui.backends.http.response import WholeResponse
from tui.backends.json_reading import id_at, objects, path
from tui.backends.offers import Offer
from tui.errors import NotFound, NotOffered


async def newer_call(
    calls: KeyedCalls,
    offer: Offer,
    resource: str,
    is_there: Callable[[], Awaitable[bool]],
    *,
    method: str = "POST",
    content: bytes | None = None,
    accept: str = "application/json",
    timeout_s: float = READ_TIMEOUT_S,
) -> WholeResponse:
    """Make the call of an `offer`; `is_there` looks whether the thing exists that it is about.

    Raises:
        NotFound: it does not.
        NotOffered: the host lacks the route; from then on nothing is asked any more.
    """
    offer.check()
    try:
        return await calls.call(
            method, resource, content=content, accept=accept, timeout_s=timeout_s
        )
    except NotOffered as error:
        raise offer.withdrawn() from error
    except NotFound as error:
        # hosts without the route answer just like those without the thing
        if await is_there():
            raise offer.withdrawn() from error
        raise


async def has_session(calls: KeyedCalls, session_id: str) -> bool:
    try:
        await calls.call("GET", path("session", session_id))
    except NotFound:
        return False
    return True


async def has_exchange(calls: KeyedCalls, session_id: str, uuid: str) -> bool:
    rows = objects(await calls.rows(path("session", session_id, "messages")))
    return any(id_at(each, "uuid") == uuid for each in rows)

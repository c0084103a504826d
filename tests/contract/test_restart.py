from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.contract.conftest import APIS, Place
from tui.events import TextDelta
from tui.server import Dialect, EmbeddedServer


@pytest.mark.parametrize("api", APIS)
async def test_a_server_that_was_started_anew_takes_the_next_question(api: str) -> None:
    dialect = Dialect.REAL if api == "hardwire real" else Dialect.DOCUMENTED
    with EmbeddedServer(dialect=dialect, pace=0) as first:
        place = Place(api, first)
        port = urlsplit(first.url).port
        assert port is not None
        async with place.backend() as backend:
            await backend.identify()
            bot_id = (await backend.bots())[0].id
            first.stop()
            with EmbeddedServer(dialect=dialect, pace=0, port=port):
                session = await backend.create_session(bot_id)
                stream = backend.stream(session.id, bot_id, "echo still here")
                texts = [event.text async for event in stream if isinstance(event, TextDelta)]
                assert "".join(texts) == "still here"

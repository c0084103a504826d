from __future__ import annotations

import re

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import Case
from tests.contract.fault_plays import Play, send
from tests.tables import each_row
from tests.ui.fault_screens import dialect_of
from tui.conversation import Connection
from tui.formatting.masking import forms_of
from tui.inspection.inspected import Inspected
from tui.inspection.pages import request_command, request_page
from tui.model import Profile
from tui.server import EmbeddedServer
from tui.server.demo import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD
from tui.store import MemoryStore
from tui.tapes.wire import Wire, WireLog

SECRETS = (DEMO_KEY, DEMO_PASSWORD, DEMO_EMAIL)


@each_row("api", APIS)
async def test_a_copied_request_asks_the_same_and_proves_nobody(api: str) -> None:
    with EmbeddedServer(dialect=dialect_of(api), pace=0, seed=7) as server:
        wire = Wire(WireLog())
        async with Place(api, server).backend(wire=wire) as backend:
            connection = Connection(
                Profile("demo", api.split()[0], server.url),
                backend,
                MemoryStore(),
                wire=wire,
                secret_forms=lambda: forms_of(SECRETS),
            )
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            conversation = connection.conversation()
            await send(conversation, Case(f"do you know {' '.join(SECRETS)}?"), Play())
            for message in conversation.timeline:
                inspected = Inspected.of(message, conversation, connection)
                assert inspected.reader is not None
                while inspected.reader.read(100):
                    pass
                command = request_command(inspected)
                assert "do you know" in command
                assert f'--header "{backend.capabilities.proof}"' in command
                assert re.search(r": (Bearer )?\$[A-Z_]+$", backend.capabilities.proof)
                for told in (command, request_page(inspected)):
                    assert not [each for each in SECRETS if each in told]
            await connection.aclose()

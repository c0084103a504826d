from __future__ import annotations

import httpx
import pytest

from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Answer, Wire, saying, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.errors import AccessRefused, NotOffered, ServerFailed

KEY = "key-1234567890"
DONE = saying({"success": True})
MISSING = saying({"error": "Not found"}, 404)


def backend(*answers: Answer) -> tuple[GptTrainer, Wire]:
    wire = Wire(*answers)
    return GptTrainer(wire.client(), BASE_URL, telling(KEY)), wire


async def test_one_exchange_is_deleted_by_either_of_its_messages_or_both() -> None:
    for ids in (["u1"], ["u1/query"], ["u1/query", "u1"]):
        trainer, wire = backend(DONE)
        await present(trainer.message_deletion).delete_messages("s", ids)
        assert [request.method for request in wire.requests] == ["POST"]
        assert wire.paths == ["/api/v1/message/u1/delete"]


async def test_several_exchanges_are_deleted_by_one_call() -> None:
    trainer, wire = backend(DONE)
    await present(trainer.message_deletion).delete_messages(
        "s", ["u1/query", "u1", "u2", "u3/query"]
    )
    assert wire.paths == ["/api/v1/messages/delete"]
    assert wire.sent() == {"uuids": ["u1", "u2", "u3"]}


async def test_what_the_server_never_had_is_not_asked_for() -> None:
    trainer, wire = backend(DONE)
    await present(trainer.message_deletion).delete_messages("s", ["local-1", "u1"])
    await present(trainer.message_deletion).delete_messages("s", [])
    assert wire.paths == ["/api/v1/message/u1/delete"]


@pytest.mark.parametrize("status", [404, 405])
async def test_a_host_that_deletes_no_several_at_once_does_so_one_by_one(status: int) -> None:
    trainer, wire = backend(httpx.Response(status), DONE)
    for _ in range(2):
        await present(trainer.message_deletion).delete_messages("s", ["u1", "u2"])
    one_by_one = ["/api/v1/message/u1/delete", "/api/v1/message/u2/delete"]
    assert wire.paths == ["/api/v1/messages/delete", *one_by_one, *one_by_one]
    assert trainer.message_deletion is not None


async def test_a_host_without_either_way_cannot_delete_messages() -> None:
    trainer, wire = backend(MISSING, MISSING, saying([{"uuid": "u1"}]))
    deletion = present(trainer.message_deletion)
    with pytest.raises(NotOffered):
        await deletion.delete_messages("s", ["u1", "u2"])
    assert wire.paths[1:] == ["/api/v1/message/u1/delete", "/api/v1/session/s/messages"]
    assert trainer.message_deletion is None
    with pytest.raises(NotOffered):
        await deletion.delete_messages("s", ["u1", "u2"])
    assert len(wire.requests) == 3


async def test_an_exchange_that_is_gone_already_is_as_good_as_deleted() -> None:
    trainer, _ = backend(MISSING, saying([{"uuid": "other"}]))
    await present(trainer.message_deletion).delete_messages("s", ["u1"])
    assert trainer.message_deletion is not None
    trainer, _ = backend(MISSING)
    await present(trainer.message_deletion).delete_messages("s", ["u1"])
    assert trainer.message_deletion is not None


async def test_what_was_left_is_told_in_words() -> None:
    left = [{"uuid": "u1", "error": "not found"}, {"uuid": "u2", "error": f"{KEY} may not\x1b"},
            {"uuid": "u3", "error": "not found"}]  # fmt: skip
    trainer, wire = backend(saying(left, 422))
    with pytest.raises(ServerFailed) as refused:
        await present(trainer.message_deletion).delete_messages("s", ["u1", "u2", "u3", "u4"])
    assert refused.value.sentence == (
        "The server did not delete 3 of 4 messages: not found; ••• may not␛."
    )
    assert refused.value.status == 422
    assert "Reload" in refused.value.hint
    assert len(wire.requests) == 1


@each_row("body", [b"", b"{", b"[]", b'[{"loc": ["body"], "msg": "field required"}]'])
async def test_another_422_is_a_failure_too(body: bytes) -> None:
    trainer, _ = backend(httpx.Response(422, content=body))
    with pytest.raises(ServerFailed, match="422"):
        await present(trainer.message_deletion).delete_messages("s", ["u1", "u2"])


@pytest.mark.parametrize(
    ("answer", "told"),
    [({"success": False}, "."), ({"success": False, "error": "Locked."}, ": Locked."),
     ({"error": "Locked"}, ": Locked.")],
)  # fmt: skip
async def test_a_success_that_is_none_is_told(answer: object, told: str) -> None:
    trainer, _ = backend(saying(answer))
    with pytest.raises(ServerFailed) as session:
        await present(trainer.session_deletion).delete_session("s")
    with pytest.raises(ServerFailed) as one:
        await present(trainer.message_deletion).delete_messages("s", ["u1"])
    with pytest.raises(ServerFailed) as several:
        await present(trainer.message_deletion).delete_messages("s", ["u1", "u2"])
    assert [error.value.sentence for error in (session, one, several)] == [
        f"The server did not delete the {what}{told}" for what in ("session", "message", "messages")
    ]


@each_row("body", [b"", b'{"success": true, "error": null}', b"null", b"[]"])
async def test_any_other_success_is_one(body: bytes) -> None:
    trainer, _ = backend(httpx.Response(200, content=body))
    await present(trainer.session_deletion).delete_session("s")
    await present(trainer.message_deletion).delete_messages("s", ["u1", "u2"])


async def test_without_a_key_a_deletion_says_what_is_missing() -> None:
    wire = Wire(httpx.Response(401))
    trainer = GptTrainer(wire.client(), BASE_URL)
    for ids in (["u1"], ["u1", "u2"]):
        with pytest.raises(AccessRefused, match="no API key"):
            await present(trainer.message_deletion).delete_messages("s", ids)

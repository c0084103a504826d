"""Questions as HardWire takes them.

Source: seen on the wire: other keys are refused with a 400, longer bodies end in a 500.
"""

from __future__ import annotations

from tui.backends.hardwire.calls import SignedInCalls
from tui.backends.json_reading import encode_json
from tui.errors import BadInput

MAX_SEND_BYTES = 102_400
"""Longest body of a send, the JSON around the question included."""


async def question_body(
    calls: SignedInCalls, model_id: str, text: str, workflow_id: str = ""
) -> bytes:
    """Return the body of a send; the server takes no other keys than these.

    Raises:
        BadInput: no model is chosen, or the body is too long.
    """
    if not model_id:
        raise BadInput("No model is chosen.", hint="Pick one, or set model in the profile.")
    body = {"content": text, "modelId": model_id, "userId": await calls.user_id()}
    if workflow_id:
        body["workflowId"] = workflow_id
    content = encode_json(body)
    if len(content) > MAX_SEND_BYTES:
        raise BadInput(
            f"The question is too long for this server: {len(content):,} bytes as it is sent, "
            f"at most {MAX_SEND_BYTES:,} are taken.",
            hint="Shorten it, or send it in parts.",
        )
    return content

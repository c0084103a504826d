"""Sign-in of a tape: none was recorded, and none is needed to ask the same again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from tui.backends.hardwire.sign_in_file import KeptSignIn

_OF_USER = re.compile(r"/api/users/([^/?]+)/")


class TapedSignIn:
    """Gives the sign-in of whoever made the calls to `paths`, and keeps nothing."""

    def __init__(self, paths: Iterable[str]) -> None:
        users = (found[1] for each in paths if (found := _OF_USER.search(each)))
        self._user_id = next(users, "tape")
        self._numbers = count()

    def load(self, base_url: str, email: str) -> KeptSignIn | None:
        # another one each time: what a server refused is not taken up again
        return KeptSignIn(self._user_id, "", "", f"tape={next(self._numbers)}")

    def save(self, base_url: str, email: str, sign_in: KeptSignIn) -> None:
        return

    def forget(self, base_url: str, email: str) -> None:
        return

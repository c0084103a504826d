from __future__ import annotations

import pytest

from tui.backends.base import offered
from tui.backends.offers import Offer
from tui.errors import NotFound, NotOffered


def test_what_a_host_lacks_is_remembered_in_our_words() -> None:
    offer = Offer("This host cannot sing.")
    with pytest.raises(NotOffered, match="This host cannot sing") as lacking, offer.asked():
        raise NotOffered("HTTP 405")
    assert isinstance(lacking.value.__cause__, NotOffered)
    assert not offer.stands
    with pytest.raises(NotOffered, match="This host cannot sing"):
        offer.check()


def test_another_failure_says_nothing_about_what_is_offered() -> None:
    offer = Offer("This host cannot sing.")
    with pytest.raises(NotFound), offer.asked():
        raise NotFound("No such song.")
    assert offer.stands


def test_what_is_offered_is_handed_out_and_what_is_not_is_an_error() -> None:
    assert offered("a song", "sing") == "a song"
    with pytest.raises(NotOffered, match="This server cannot sing"):
        offered(None, "sing")

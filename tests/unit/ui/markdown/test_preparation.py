from __future__ import annotations

from tui.ui.markdown.preparation import prepare


def test_what_answers_need_is_loaded_once_and_beside_other_things() -> None:
    loading = prepare()
    assert prepare() is loading
    assert loading.daemon
    loading.join(60)
    assert not loading.is_alive()

from tui.backends.hardwire.taped_sign_in import TapedSignIn


def test_a_tape_has_the_sign_in_of_its_paths_and_another_one_when_that_is_refused() -> None:
    file = TapedSignIn(["/api/models", "/api/users/u-1/chats?limit=1", "/api/users/u-2/chats"])
    first, second = file.load("x", "y"), file.load("x", "y")
    assert first is not None
    assert second is not None
    assert (first.user_id, second.user_id) == ("u-1", "u-1")
    assert first.cookie != second.cookie
    assert TapedSignIn([]).load("x", "y") is not None

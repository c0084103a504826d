from __future__ import annotations

from pathlib import Path

import pytest

from tui.errors import BadInput
from tui.serve.host_key import HOST_KEY_FILE, host_key


def test_the_key_is_made_once_for_nobody_else_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = host_key(folder)
    assert (folder / HOST_KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert host_key(folder).get_fingerprint() == made.get_fingerprint()
    assert host_key(tmp_path / "other").get_fingerprint() != made.get_fingerprint()


def test_a_key_that_others_can_read_or_that_is_none_is_not_taken(tmp_path: Path) -> None:
    host_key(tmp_path)
    file = tmp_path / HOST_KEY_FILE
    file.chmod(0o644)
    with pytest.raises(BadInput, match="others can read it"):
        host_key(tmp_path)
    file.chmod(0o600)
    file.write_text("no key", encoding="utf-8")
    with pytest.raises(BadInput, match="it is no key"):
        host_key(tmp_path)
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(BadInput):
        host_key(tmp_path)

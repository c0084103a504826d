from tests.tables import each_row
from tui.server.web.pacing import FixedSize

CHUNKS = [b"ab", b"", b"cdefg", b"h"]


@each_row(
    ("size_bytes", "written"),
    [
        (None, [b"ab", b"cdefg", b"h"]),
        (1, [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"]),
        (3, [b"abc", b"def", b"gh"]),
        (4, [b"abcd", b"efgh"]),
        (100, [b"abcdefgh"]),
    ],
)
def test_every_write_but_the_last_has_the_size_that_is_set(
    size_bytes: int | None, written: list[bytes]
) -> None:
    shape = FixedSize(size_bytes)
    ready = [part for chunk in CHUNKS for part in shape.feed(chunk)]
    assert [*ready, *shape.finish()] == written

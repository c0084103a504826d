"""What a long answer leaves for the garbage collector to look through."""

import gc

import pytest

from tests.unit.ui.markdown.drawn import drawn

pytestmark = pytest.mark.slow

UNITS = 500


@pytest.mark.parametrize(
    ("source", "objects"),
    [
        ("Some words with **bold** and `code` among them.\n\n" * UNITS, 6),
        ("- an item with **bold** words\n" * UNITS, 6),
        ("| a | b | c |\n|---|---|---|\n" + "| one | **two** | `three` |\n" * UNITS, 6),
        ("```python\nvalue = 1\n```\n\n" * UNITS, 6),
    ],
    ids=["paragraphs", "items", "rows", "fences"],
)
def test_each_unit_of_a_text_is_few_objects(source: str, objects: int) -> None:
    # another text of the same kind and length: what is made once, however long, is there then
    drawn(source.upper())
    # what is there already is neither counted nor looked through
    gc.freeze()
    kept = drawn(source)
    # tuples of strings and numbers are let go of from the innermost outwards
    for _ in range(4):
        gc.collect()
    made = len(gc.get_objects())
    assert kept.layout.height >= UNITS
    assert made <= objects * UNITS + 200

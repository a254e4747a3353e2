"""A thousand dots, as many dark as it says, and the words for those who do not see them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from openiort.report.icon_array import COLUMNS, DARK, PALE, ROWS, icon_array

SVG = "{http://www.w3.org/2000/svg}"


def dots(svg: str) -> dict[str, list[tuple[float, float]]]:
    """Places of the dots by colour."""
    found = {DARK: [], PALE: []}
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        places = re.findall(r"M([\d.]+) ([\d.]+)h", path.attrib["d"])
        found[path.attrib["stroke"]] = [(float(x), float(y)) for x, y in places]
    return found


@pytest.mark.parametrize("count", [0, 1, 23, 50, 51, 999, 1000])
def test_dots_are_counted(count: int) -> None:
    found = dots(icon_array(count, "words"))
    assert (len(found[DARK]), len(found[DARK]) + len(found[PALE])) == (count, 1000)
    every = found[DARK] + found[PALE]
    assert every == [(column + 0.5, row + 0.5) for row in range(ROWS) for column in range(COLUMNS)]


def test_words_are_there_and_only_words() -> None:
    svg = icon_array(3, '"><script>alert(1)</script>')
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == root.findtext(f"{SVG}title") == '"><script>alert(1)</script>'
    assert "<script" not in svg


@pytest.mark.parametrize("count", [-1, 1001])
def test_other_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="dots"):
        icon_array(count, "words")

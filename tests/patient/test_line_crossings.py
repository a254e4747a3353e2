import numpy as np
import pytest

from openiort.patient import line_crossings
from openiort.patient.line_crossings import lines_cross

SQUARE = np.array([[0, 0], [0, 4], [4, 4], [4, 0]], float)
EIGHT = np.array([[0, 0], [4, 4], [4, 0], [0, 4]], float)


@pytest.mark.parametrize(
    ("lines", "crosses"),
    [
        ([SQUARE], False),
        ([EIGHT], True),
        ([SQUARE, SQUARE + 10], False),
        ([SQUARE, SQUARE + 2], True),
        ([SQUARE, SQUARE / 2 + 1], False),
        ([SQUARE, SQUARE + np.array([0, 4])], False),  # they share an edge
        ([SQUARE, SQUARE + np.array([0.1, 3.9])], True),
    ],
)
def test_crossing(lines, crosses):
    assert lines_cross(lines) is crosses


def test_channel_of_a_keyhole_is_no_crossing():
    inner = (SQUARE / 2 + 1)[::-1]
    keyhole = np.concatenate([SQUARE, SQUARE[:1], inner[[3, 0, 1, 2, 3]], SQUARE[:1]])
    assert lines_cross([keyhole]) is False


@pytest.mark.parametrize("seed", range(20))
def test_random_polygons_are_what_solving_each_pair_gives(seed, monkeypatch):
    monkeypatch.setattr(line_crossings, "PAIRS_AT_ONCE", 5)
    polygon = np.random.default_rng(seed).uniform(0, 1, (5, 2))
    start, end = polygon, np.roll(polygon, -1, axis=0)
    found = False
    for i in range(5):
        for j in range(i):
            try:  # start_i + s (end_i - start_i) = start_j + t (end_j - start_j), both strictly between the ends
                s, t = np.linalg.solve(np.column_stack([end[i] - start[i], start[j] - end[j]]), start[j] - start[i])
            except np.linalg.LinAlgError:
                continue
            found |= 1e-9 < s < 1 - 1e-9 and 1e-9 < t < 1 - 1e-9
    assert lines_cross([polygon]) is bool(found)


def test_too_many_edges_to_look(monkeypatch):
    monkeypatch.setattr(line_crossings, "MOST_PAIRS", 3)
    assert lines_cross([EIGHT, SQUARE]) is None

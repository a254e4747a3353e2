"""Shares of pixels against areas in closed form and a plain point-in-polygon count."""

import numpy as np
import pytest

from openiort.patient.polygon_fill import SUB_ROWS, inside_share


def square(low, high):
    return np.array([[low, low], [low, high], [high, high], [high, low]], float)


def test_rectangle_covers_parts_of_pixels():
    share = inside_share([np.array([[0.5, 0.75], [0.5, 3.0], [2.0, 3.0], [2.0, 0.75]])], (4, 5))
    # closed form: rows 1 and half of 2; pixel 1 reaches from 0.5 to 1.5, so 3/4 of it; half of pixel 3
    across = [0, 0.75, 1, 0.5, 0]
    np.testing.assert_allclose(share, np.outer([0, 1, 0.5, 0], across), atol=1e-6)


def test_circle_has_its_area():
    angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    circle = np.column_stack([20.3 + 7.7 * np.sin(angle), 19.8 + 7.7 * np.cos(angle)])
    assert inside_share([circle], (40, 40)).sum() == pytest.approx(np.pi * 7.7**2, rel=2e-4)


def test_line_inside_another_is_a_hole_whatever_the_turn():
    for hole in (square(3, 6), square(3, 6)[::-1]):
        assert inside_share([square(1, 9), hole], (12, 12)).sum() == pytest.approx(64 - 9, abs=1e-4)


def test_keyhole_is_the_same_hole():
    outer, inner = square(1, 9), square(3, 6)
    keyhole = np.concatenate([outer, outer[:1], inner[::-1][[3, 0, 1, 2, 3]], outer[:1]])
    np.testing.assert_allclose(inside_share([keyhole], (12, 12)), inside_share([outer, inner], (12, 12)), atol=1e-6)


def test_several_lines_add_up_and_an_island_in_a_hole_is_inside():
    lines = [square(0, 9), square(2, 7), square(4, 5), square(11, 13)]
    assert inside_share(lines, (16, 16)).sum() == pytest.approx(81 - 25 + 1 + 4, abs=1e-4)


def test_what_is_enclosed_twice_is_outside():
    assert inside_share([square(1, 6), square(4, 9)], (12, 12)).sum() == pytest.approx(25 + 25 - 2 * 4, abs=1e-4)


def test_lines_may_leave_the_array():
    share = inside_share([square(-20, 2.5)], (5, 5))
    np.testing.assert_allclose(share, np.outer([1, 1, 1, 0, 0], [1, 1, 1, 0, 0]), atol=1e-6)
    assert inside_share([square(-20, 50)], (5, 5)).min() == 1
    assert inside_share([square(7, 9)], (5, 5)).max() == 0
    assert inside_share([square(-9, -7)], (5, 5)).max() == 0


@pytest.mark.parametrize("seed", range(20))
def test_any_polygon_is_what_counting_crossings_gives(seed):
    """A star of 12 random points, mostly crossing itself, against 64 x 64 points a pixel."""
    polygon = np.random.default_rng(seed).uniform(-2, 10, (12, 2))
    fine = (np.arange(8 * 64) + 0.5) / 64 - 0.5
    y, x = np.meshgrid(fine, fine, indexing="ij")
    inside = np.zeros(y.shape, bool)
    for (y0, x0), (y1, x1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside ^= ((y0 <= y) != (y1 <= y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    counted = inside.reshape(8, 64, 8, 64).mean(axis=(1, 3))
    share = inside_share([polygon], (8, 8))
    # a ray stands for 1/16 of a pixel; a dozen edges at most end within one
    assert np.abs(share - counted).max() < 1 / SUB_ROWS
    assert share.sum() == pytest.approx(counted.sum(), abs=0.1)

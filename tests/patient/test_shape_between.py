import numpy as np
import pytest

from openiort.patient.polygon_fill import inside_share
from openiort.patient.shape_between import share_between
from tests.patient.drawn import circle

SHAPE = (60, 60)


def disc(radius, centre=(30.0, 30.0)):
    return inside_share([circle(radius, 0.0, centre)[:, :2]], SHAPE)


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75])
def test_radius_between_two_discs_is_linear(weight):
    share = share_between(disc(10), disc(20), weight, (1.0, 1.0))
    radius = 10 + 10 * weight  # signed distances of concentric discs
    assert np.sqrt(share.sum() / np.pi) == pytest.approx(radius, abs=0.25)


def test_a_shifted_disc_moves():
    share = share_between(disc(10, (25.0, 30.0)), disc(10, (31.0, 30.0)), 0.5, (1.0, 1.0))
    rows = np.arange(60)
    assert share.sum(axis=1) @ rows / share.sum() == pytest.approx(28.0, abs=0.1)


def test_pixels_need_not_be_square():
    small, large = disc(10), disc(20)
    # rows twice as high as wide: 10 x 20 mm half axes become 20 x 40; along columns the edge moves by 10 pixels of 1 mm
    share = share_between(small, large, 0.5, (2.0, 1.0))
    assert share[30].sum() == pytest.approx(30, abs=1.0)


def test_shapes_too_small_for_an_inside_are_averaged():
    tiny = disc(0.3)
    between = share_between(tiny, disc(0.2), 0.5, (1.0, 1.0))
    assert between.sum() == pytest.approx(np.pi * (0.3**2 + 0.2**2) / 2, rel=0.05)

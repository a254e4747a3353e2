"""Distances to a mask: SciPy's exact transform, and what can be seen by eye."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from openiort.core.distance_transform import BLOCK, distance_to_mm

STEP_mm = (2.5, 0.9, 1.1)


def speckled(shape: tuple[int, int, int], share: float) -> np.ndarray:
    return np.random.default_rng(1).random(shape) < share


@pytest.mark.parametrize("share", [0.3, 0.01, 0.0005])
@pytest.mark.parametrize("shape", [(7, 20, BLOCK + 9), (1, 30, 40), (12, 1, 1)])
def test_same_as_scipy(shape, share):
    mask = speckled(shape, share)
    mask[-1, -1, -1] = True
    expected = ndimage.distance_transform_edt(~mask, sampling=STEP_mm)
    assert distance_to_mm(mask, STEP_mm) == pytest.approx(expected, rel=1e-7)  # it is rounded to float32


@pytest.mark.parametrize("up_to_mm", [0.5, 2.5, 7.0])
def test_up_to_a_distance_nothing_changes_and_beyond_it_is_infinite(up_to_mm):
    mask = speckled((9, 30, 40), 0.002)
    whole, part = distance_to_mm(mask, STEP_mm), distance_to_mm(mask, STEP_mm, up_to_mm)
    assert np.array_equal(part, np.where(whole <= np.float32(up_to_mm), whole, np.inf))


def test_a_distance_of_just_the_limit_counts():
    mask = np.zeros((1, 1, 9), bool)
    mask[0, 0, 0] = True
    found = distance_to_mm(mask, (1.0, 1.0, 0.1), 0.3)[0, 0]
    assert found.tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3] + [np.inf] * 5)


def test_nothing_is_infinitely_far():
    assert np.isinf(distance_to_mm(np.zeros((2, 3, 4), bool), STEP_mm)).all()

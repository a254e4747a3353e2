import numpy as np
import pytest

from openiort.patient.hounsfield_density import density_g_cm3

# By hand from the printed segments: offset + factor * (factor offset + HU)
BY_HAND = [
    (-1000, 0.00121),
    (-500, 0.00121 + 0.001029700665 * 500),
    (-99, 0.00121 + 0.001029700665 * 901),
    (-98, 1.018 - 0.000893 * 98),
    (0, 1.018),
    (14, 1.018 + 0.000893 * 14),
    (15, 1.03),
    (22, 1.03),
    (23, 1.003 + 0.001169 * 23),
    (100, 1.003 + 0.001169 * 100),
    (101, 1.017 + 0.000592 * 101),
    (2000, 1.017 + 0.000592 * 2000),
    (2001, 2.201 + 0.0005),
    (2995, 2.201 + 0.0005 * 995),
]


@pytest.mark.parametrize(("hounsfield", "expected"), BY_HAND)
def test_segments(hounsfield, expected):
    assert density_g_cm3(np.array([hounsfield]))[0] == pytest.approx(expected, rel=1e-6)


def test_clamped_outside_the_table():
    ends = density_g_cm3(np.array([-1000.0, 2995.0]))
    assert np.array_equal(density_g_cm3(np.array([-3024.0, 30000.0])), ends)
    assert ends[0] == pytest.approx(0.00121)


def test_shape_and_type_are_kept():
    density = density_g_cm3(np.zeros((2, 3, 4), np.float32))
    assert density.shape == (2, 3, 4)
    assert density.dtype == np.float32


def test_noise_does_not_shift_the_mean_within_a_tissue():
    rng = np.random.default_rng(1)
    noisy = density_g_cm3(rng.normal(-40, 15, 100_000))  # the segment is straight: the mean of the line's value
    assert noisy.mean() == pytest.approx(1.018 - 0.000893 * 40, abs=2e-4)

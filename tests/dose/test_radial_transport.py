"""Scores in spherical shells: chords in closed form, and the energy that water takes up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiort.core.material_table import read_material
from openiort.core.units import GRAY_PER_keV_PER_g
from openiort.dose.primary import source_bins
from openiort.dose.radial_transport import run_radial_batches, score_line
from openiort.dose.responses import response_table
from openiort.dose.scene import line_spectrum
from openiort.physics.photon_tables import photon_tables

EDGES_mm = np.array([5.0, 6.0, 8.0, 8.5, 20.0])


def half_chord_mm(radius_mm: float, closest_mm: float) -> float:
    """Of a line that passes the centre at `closest_mm`, in a ball: sqrt(R^2 - d^2)."""
    return math.sqrt(max(radius_mm**2 - closest_mm**2, 0.0))


def in_shells_mm(closest_mm: float, begin_mm: float, end_mm: float) -> np.ndarray:
    """Path in each shell from `begin` to `end` behind the closest point: the balls' parts of it, subtracted."""

    def in_ball(radius_mm: float) -> float:
        half = half_chord_mm(radius_mm, closest_mm)
        return max(0.0, min(end_mm, half) - max(begin_mm, -half))

    return np.diff([in_ball(radius) for radius in EDGES_mm])


def scored(closest_mm: float, begin_mm: float, end_mm: float, weight: float = 1.0) -> np.ndarray:
    score = np.zeros(len(EDGES_mm) - 1)
    score_line(EDGES_mm, closest_mm**2, begin_mm, end_mm, weight, score)
    return score


def test_whole_diameter():  # through the centre, from rim to rim: each shell twice its thickness
    # what lies within the first edge has no shell: lines there are the ball's, never scored
    out = half_chord_mm(20.0, 0.0)
    assert scored(0.0, 5.0, out) == pytest.approx(np.diff(EDGES_mm))
    assert scored(0.0, -out, -5.0) == pytest.approx(np.diff(EDGES_mm))


@pytest.mark.parametrize("closest_mm", [5.0, 5.5, 6.0, 7.9, 8.0, 8.2, 12.0, 19.9])
def test_chords_through_shells(closest_mm):
    """Closed form 2 (sqrt(R2^2 - d^2) - sqrt(R1^2 - d^2)), for lines that graze, touch and miss shells."""
    out = half_chord_mm(20.0, closest_mm)
    expected = np.diff([2.0 * half_chord_mm(radius, closest_mm) for radius in EDGES_mm])
    assert scored(closest_mm, -out, out) == pytest.approx(expected, abs=1e-9)


@given(st.floats(5.0, 19.0), st.floats(-19.0, 19.0), st.floats(0.0, 30.0), st.floats(0.1, 9.0))
def test_any_stretch_of_a_line(closest_mm, begin_mm, length_mm, weight):
    end_mm = begin_mm + length_mm
    expected = weight * in_shells_mm(closest_mm, begin_mm, end_mm)
    assert scored(closest_mm, begin_mm, end_mm, weight) == pytest.approx(expected, abs=1e-8)


def test_beyond_the_last_shell_nothing_is_scored():
    assert not scored(25.0, -10.0, 10.0).any()
    assert scored(0.0, 6.5, 1e9).sum() == pytest.approx(20.0 - 6.5)


@pytest.mark.parametrize("energy_keV", [15.0, 20.0])
def test_energy_is_neither_made_nor_lost(energy_keV):
    """All that leaves a 5 mm ball of water is taken up by 150 mm of water: 4 standard errors, known to 0.2 %.

    Scatter scored in shells + primary in closed form (exp(-mu R) x mu_tr / mu) + what the ball takes up, which is
    1 - (energy that crosses its surface): so the sphere is made of next to nothing, and the sum must be 1.
    """
    water = read_material("water")
    tables, response = photon_tables((water, water)), response_table()
    radius_mm, batches, histories = 1e-3, 16, 20_000
    edges = np.concatenate([[radius_mm], np.geomspace(0.1, 150.0, 60)])
    scores = np.zeros((batches, len(edges) - 1))
    run_radial_batches(np.array([150.0, radius_mm]), np.array([1.0, 1.0]), line_spectrum(energy_keV), tables,
                       np.ascontiguousarray(response[:, 0]), edges, 3, 0, histories, scores)
    per_photon_keV = scores.sum(axis=1) / histories * 1e-3 / GRAY_PER_keV_PER_g  # Gy mm3 x g/mm3
    attenuation, kerma = source_bins(line_spectrum(energy_keV), tables, response)
    # integral of kerma x exp(-mu r) / (4 pi r^2) over the volume: kerma / mu
    primary_keV = kerma[0, 0] / attenuation[0, 0] * 1e-3 / GRAY_PER_keV_PER_g
    share = (per_photon_keV + primary_keV) / energy_keV
    sigma = share.std(ddof=1) / np.sqrt(batches)
    assert sigma < 2e-3
    assert share.mean() == pytest.approx(1.0, abs=4 * sigma)
    assert primary_keV < 0.99 * energy_keV  # scatter is part of it

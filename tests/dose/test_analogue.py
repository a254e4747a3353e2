"""The analogue mode: energy is kept to the last bit, and its dose is that of the other modes."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.units import GRAY_PER_keV_PER_g
from openiort.dose.analogue import (
    DEPOSITED,
    ESCAPED,
    IN_SPHERE,
    SCORES_PER_CELL,
    SOURCE,
    analogue_scores,
    place_of,
    run_analogue,
)
from openiort.dose.benchmark_case import benchmark_spectrum
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.scene import Scene, line_spectrum, make_scene
from openiort.dose.space import make_space, score_size
from tests.dose.water_box import water_box

BATCHES, HISTORIES = 8, 20_000


def run(scene: Scene, histories: int = HISTORIES) -> tuple[np.ndarray, np.ndarray]:
    """(batches, cells, 4) scores and (batches, 3) energies."""
    space = make_space(scene, 1)
    scores, energies = analogue_scores(score_size(scene, space) // 3, BATCHES)
    run_analogue(space, scene.spectrum, scene.tables, scene.responses, 1, 0, histories, scores, energies)
    return scores.reshape(BATCHES, -1, SCORES_PER_CELL), energies


def with_ball(spectrum) -> Scene:
    return make_scene(water_box(24, 1), water_box(48, 4), spectrum, (read_material("water"),), sphere_radius_mm=10.0,
                      sphere_material=read_material("polyetherimide"))


@pytest.mark.parametrize("spectrum", [line_spectrum(30.0), benchmark_spectrum()], ids=["30 keV", "50 kV"])
def test_energy_balance(spectrum):
    """Emitted = deposited + escaped; 1e-10 is what adding up in floating point leaves."""
    _, energies = run(with_ball(spectrum))
    source = energies[:, SOURCE]
    assert energies[:, DEPOSITED] + energies[:, ESCAPED] == pytest.approx(source, rel=1e-10)
    assert (energies > 0).all()


def test_without_a_sphere_all_that_is_deposited_lies_in_voxels():
    box = water_box(20, 1)
    scores, energies = run(make_scene(box, box, line_spectrum(20.0), (read_material("water"),)))
    assert scores[..., 3].sum(axis=1, dtype=float) == pytest.approx(energies[:, DEPOSITED], rel=1e-4)


def test_energy_left_behind_is_the_kerma_of_water():
    """Two estimators of one dose, collision by collision: 4 standard errors of their difference, shell by shell.

    Energy left in a voxel over its mass, and 1/mu x the kerma response of water (kerma approximation).
    """
    scene = with_ball(line_spectrum(30.0))
    scores, _ = run(scene)
    fine = scores[:, : len(scene.fine.material)]
    radius = np.linalg.norm(voxel_centres_mm(scene.fine), axis=1)
    for low in (11.0, 14.0, 18.0):
        shell = (radius >= low) & (radius < low + 3.0)
        kerma = fine[:, shell, 0].sum(axis=1, dtype=float)
        # keV per g/mm3: 1 mm3 of water is 1e-3 g
        left = fine[:, shell, 3].sum(axis=1, dtype=float) * GRAY_PER_keV_PER_g / 1e-3
        difference = left - kerma
        error = difference.std(ddof=1) / np.sqrt(BATCHES)
        assert abs(difference.mean()) < 4 * error
        assert error < 0.02 * kerma.mean()


def test_places():
    """By hand: 48 voxels of 1 mm from -24; 24 of 4 mm from -48, counted on."""
    frame = make_space(with_ball(line_spectrum(30.0)), 1).frame
    assert place_of(frame, 1.0, 2.0, 3.0) == (IN_SPHERE, IN_SPHERE)
    assert place_of(frame, -23.5, -23.5, -23.5)[0] == 0
    assert place_of(frame, 12.5, -23.5, -22.5)[0] == 48 * 48 + 36
    assert place_of(frame, -47.0, -47.0, -47.0)[0] == 48**3
    assert place_of(frame, 30.0, -47.0, -47.0)[0] == 48**3 + 19

"""A point source in water and behind bone and lung, against egs_brachy (shells.csv, slab_bone_lung_axis.csv)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.table import parse_table
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.photon_dose import PhotonDose, photon_dose
from openiort.dose.processors import CPU
from openiort.dose.scene import Scene, VoxelBox, line_spectrum, make_scene
from openiort.dose.voxel_scatter import BATCHES_PER_ROUND, HISTORIES_PER_BATCH

FOLDER = Path(__file__).parent
COUNT, RUNS = 101, 5
# x planes on integer mm: voxels are half a millimetre off the source along x
AXIS_mm = np.arange(COUNT) - COUNT // 2 + 0.5


def cube(materials: np.ndarray, densities: np.ndarray) -> VoxelBox:
    return VoxelBox(np.full(3, -COUNT / 2), 1.0, np.full(3, COUNT), materials.ravel(), densities.ravel())


def water_scene(energy_keV: float) -> Scene:
    box = cube(np.zeros((COUNT,) * 3, np.uint8), np.ones((COUNT,) * 3, np.float32))
    return make_scene(box, box, line_spectrum(energy_keV), (read_material("water"),))


def independent_doses(scene: Scene, rounds: int, mode: str = "reference") -> list[PhotonDose]:
    """The same scene with other random numbers: the spread of any mean over them is that mean's uncertainty.

    Voxels share photons, so it cannot be had from the voxels' own uncertainties.
    """
    wanted_percent = 0.01 if mode == "reference" else 1.0
    return [photon_dose(scene, uncertainty_percent=wanted_percent, seed=seed, mode=mode, max_rounds=rounds)
            for seed in range(1, RUNS + 1)]


def mean_and_percent(values: list[float]) -> tuple[float, float]:
    """Mean over the runs and its standard uncertainty in percent."""
    return float(np.mean(values)), float(100.0 * np.std(values, ddof=1) / np.sqrt(len(values)) / np.mean(values))


@pytest.mark.parametrize("mode", ["reference", "accurate"])
@pytest.mark.parametrize("energy_keV", [20.0, 30.0, 50.0])
def test_shells_in_water(energy_keV, mode):
    """Mean over the voxels within 0.5 mm of the radius; 1 % plus both uncertainties (k=2), 5 to 40 mm."""
    table = parse_table("shells", (FOLDER / "shells.csv").read_text())
    doses = independent_doses(water_scene(energy_keV), 4, mode)
    radius = np.linalg.norm(voxel_centres_mm(doses[0].fine.box), axis=1)
    rows = (table["engine"] == "egs_brachy_tracklength") & (table["E_keV"] == energy_keV)
    assert rows.sum() == 7
    for r_mm, theirs, their_percent in zip(table["r_mm"][rows], table["dose_Gy_per_history"][rows],
                                           table["sem_percent"][rows], strict=True):
        shell = np.abs(radius - r_mm) <= 0.5
        ours, our_percent = mean_and_percent([float(dose.fine.water_Gy[shell].mean()) for dose in doses])
        allowed = 1.0 + 2.0 * np.hypot(our_percent, their_percent)
        difference = 100.0 * (ours / theirs - 1.0)
        print(f"{mode} {energy_keV:g} keV {r_mm:4g} mm {difference:+.2f} % (ours +-{our_percent:.2f} %)")
        assert our_percent < 0.5
        assert abs(difference) < allowed


def slab_scene() -> Scene:
    """Bone from x = 25 to 30 mm, lung from there to 50 mm, in water; x planes on whole millimetres."""
    x = np.broadcast_to(AXIS_mm, (COUNT,) * 3)
    material = np.zeros((COUNT,) * 3, np.uint8)
    density = np.ones((COUNT,) * 3, np.float32)
    material[(x > 25) & (x < 30)], density[(x > 25) & (x < 30)] = 1, 1.92
    material[(x > 30) & (x < 50)], density[(x > 30) & (x < 50)] = 2, 0.26
    box = VoxelBox(np.array([-50.0, -50.5, -50.5]), 1.0, np.full(3, COUNT), material.ravel(), density.ravel())
    materials = tuple(read_material(name) for name in ("water", "cortical_bone", "lung"))
    return make_scene(box, box, line_spectrum(30.0), materials)


def on_the_axis(dose: PhotonDose) -> np.ndarray:
    """(x,) D_m,m along the x axis, means over 5 x 5 voxels."""
    middle = slice(COUNT // 2 - 2, COUNT // 2 + 3)
    return dose.fine.medium_Gy.reshape((COUNT,) * 3)[middle, middle, :].mean(axis=(0, 1))


def test_bone_and_lung_slab():
    """Dose to medium along the axis, means over 5 x 5 voxels; 1 % plus both uncertainties (k=3), 5 mm from the source.

    The mean is taken over each stretch of one medium, which the reference knows to 0.1-0.5 %.
    """
    table = parse_table("slab", (FOLDER / "slab_bone_lung_axis.csv").read_text())
    theirs, their_percent = (np.interp(AXIS_mm, table["x_mm"], table[name]) for name in
                             ("D_5x5mm_mean_Gy_per_hist", "rel_sd_5x5_percent"))
    known = np.isin(np.round(AXIS_mm, 3), np.round(table["x_mm"], 3))
    profiles = [on_the_axis(dose) for dose in independent_doses(slab_scene(), 12)]
    for low, high in ((5, 15), (15, 25), (25, 30), (30, 40), (40, 49), (-25, -15), (-15, -5)):
        part = (AXIS_mm > low) & (AXIS_mm < high) & known
        assert part.sum() == high - low
        # every voxel counts alike, relative to its dose
        ratio, our_percent = mean_and_percent([float((profile[part] / theirs[part]).mean()) for profile in profiles])
        percent = float(np.hypot(our_percent, np.sqrt((their_percent[part] ** 2).sum()) / part.sum()))
        print(f"x {low} to {high} mm: {100 * (ratio - 1):+.2f} % +-{percent:.2f} %")
        assert percent < 1.2  # what the reference's own noise allows
        assert abs(100 * (ratio - 1)) < 1.0 + 3 * percent


def test_histories_are_what_the_tolerances_assume():
    assert BATCHES_PER_ROUND * HISTORIES_PER_BATCH[CPU] == 160_000

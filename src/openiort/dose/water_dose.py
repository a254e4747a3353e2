"""Depth dose in homogeneous water around an applicator: what the device is calibrated to.

The primary in closed form, the scatter by `radial_transport` in shells from 0.02 mm at the surface to 0.5 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.dose.primary import source_bins
from openiort.dose.radial_transport import run_radial_batches
from openiort.dose.responses import response_table
from openiort.dose.scene import Spectrum
from openiort.physics.photon_tables import photon_tables

FloatArray = NDArray[np.float64]
WATER_RADIUS_mm = 200.0
RANGE_mm = 42.0
SHELL_EDGES_mm: FloatArray = np.concatenate([[0.0, 0.02, 0.1, 0.25], np.arange(0.5, RANGE_mm + 1.0, 0.5)])
BATCHES, HISTORIES_PER_BATCH = 16, 100_000
# Far from the histories of the patient's dose, which begin at 0: the two must not share photons.
FIRST_HISTORY = 1 << 40
STEP = "dose in water"


@dataclass(frozen=True, slots=True)
class WaterDose:
    """Dose to water per source photon outside an applicator in water.

    Attributes:
        radius_mm: of the applicator.
        attenuation: (2, bins) of water and the applicator per mm, energies of the source in bins of about 1 keV.
        response: (bins,) kerma in water per source photon of a bin, Gy mm2.
        scatter: (batches, shells) mean of scatter x r^2 in each shell of `SHELL_EDGES_mm`, Gy mm2.
    """

    radius_mm: float
    attenuation: FloatArray
    response: FloatArray
    scatter: FloatArray

    def at_depth_Gy(self, depth_mm: float) -> tuple[float, float]:
        """Dose per photon at a depth of 0-42 mm from the surface, and its standard uncertainty (k=1).

        Raises:
            ValueError: a depth outside that range.
        """
        if not 0.0 <= depth_mm <= RANGE_mm:
            raise ValueError(f"depth {depth_mm} mm is outside 0-{RANGE_mm:g} mm")
        r_mm = self.radius_mm + depth_mm
        water, ball = self.attenuation
        primary = float(self.response @ np.exp(-ball * self.radius_mm - water * depth_mm)) / (4.0 * np.pi * r_mm**2)
        middle_mm = (SHELL_EDGES_mm[1:] + SHELL_EDGES_mm[:-1]) / 2.0
        scatter = np.array([np.interp(depth_mm, middle_mm, batch) for batch in self.scatter]) / r_mm**2
        return primary + float(scatter.mean()), float(scatter.std(ddof=1) / np.sqrt(len(scatter)))


def water_dose(spectrum: Spectrum, radius_mm: float, sphere_material: Material, *, seed: int,
               batches: int = BATCHES, progress: Progress = silent) -> WaterDose:
    """Depth dose around a ball of `sphere_material` in water of 200 mm radius.

    Args:
        spectrum: of the source.
        radius_mm: of the applicator.
        sphere_material: it is made of.
        seed: of the random numbers.
        batches: of 100,000 histories each, from whose spread the uncertainty comes; 2 or more.
        progress: told what is being done.
    """
    progress(STEP, None, "output of the applicator")
    water = read_material("water")
    tables, response = photon_tables((water, sphere_material)), response_table()
    edges_mm = radius_mm + SHELL_EDGES_mm
    scores = np.zeros((batches, len(SHELL_EDGES_mm) - 1))
    densities = np.array([water.density_g_cm3, sphere_material.density_g_cm3])
    run_radial_batches(np.array([WATER_RADIUS_mm, radius_mm]), densities, spectrum, tables,
                       np.ascontiguousarray(response[:, 0]), edges_mm, seed, FIRST_HISTORY, HISTORIES_PER_BATCH, scores)
    # score / (4 pi thickness) is the shell's mean of kerma x r^2
    scatter = scores / HISTORIES_PER_BATCH / (4.0 * np.pi * np.diff(SHELL_EDGES_mm))
    attenuation, per_bin = source_bins(spectrum, tables, response)
    return WaterDose(radius_mm, attenuation * densities[:, None], per_bin[:, 0].copy(), scatter)

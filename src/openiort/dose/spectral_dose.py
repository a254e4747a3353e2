"""Depth dose in water by energy of the source photon, so that a change of the spectrum needs no new Monte Carlo.

Dose is linear in the spectrum. The primary is a closed form at each energy. The scatter is run once for each of some
groups of energies, whose photons are drawn by the dose that they give at the surface. It is kept as its ratio to the
group's primary, which hardly changes within a group.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.responses import response_table
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import SHELL_EDGES_mm, water_dose
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables

FloatArray = NDArray[np.float64]
GROUPS = 16
BATCHES_PER_GROUP = 2
SURFACE_mm: FloatArray = np.zeros(1)


@dataclass(frozen=True, slots=True)
class SpectralDose:
    """Dose to water outside an applicator in water, by bin of the source's spectrum.

    Attributes:
        radius_mm: of the applicator.
        energies_keV: (bins,) middle of each bin.
        attenuation: (2, bins) of water and the applicator, 1/mm.
        response: (bins,) kerma in water, Gy mm2.
        drawn: (bins,) share of the photons that were run in each.
        group: (bins,) number of the group each bin belongs to.
        scatter: (groups, shells) scatter x r^2 per photon of the group in the shells of `SHELL_EDGES_mm`, Gy mm2.
    """

    radius_mm: float
    energies_keV: FloatArray
    attenuation: FloatArray
    response: FloatArray
    drawn: FloatArray
    group: NDArray[np.intp]
    scatter: FloatArray

    def kernel_Gy(self, depths_mm: FloatArray) -> FloatArray:
        """(bins, depths) dose to water per photon of each bin, at depths of 0-42 mm from the surface."""
        primary = primary_by_energy_Gy(self.attenuation, self.response, self.radius_mm, depths_mm)
        middle_mm = (SHELL_EDGES_mm[1:] + SHELL_EDGES_mm[:-1]) / 2.0
        ratios = np.empty((len(self.scatter), len(depths_mm)))
        for number, scatter in enumerate(self.scatter):
            mine = self.group == number
            mean = self.drawn[mine] @ primary[mine] / self.drawn[mine].sum()
            ratios[number] = np.interp(depths_mm, middle_mm, scatter) / (self.radius_mm + depths_mm) ** 2 / mean
        return np.asarray(primary * (1.0 + ratios[self.group]))


def spectral_dose(low_keV: FloatArray, high_keV: FloatArray, photons: FloatArray, radius_mm: float,
                  sphere_material: Material, *, seed: int, tick: Callable[[], None] | None = None) -> SpectralDose:
    """Run the engine for groups of energies that give about the same dose at the surface each.

    Args:
        low_keV: (bins,) lower edges.
        high_keV: (bins,) upper edges.
        photons: (bins,) in each bin, any unit.
        radius_mm: of the applicator.
        sphere_material: of the applicator.
        seed: of the random numbers.
        tick: called after each group.
    """
    middle = 0.5 * (low_keV + high_keV)
    attenuation, response = _photon_data(middle, sphere_material)
    # most photons of a source are too soft to leave the sphere: drawn as they are, they would be run in vain
    drawn = photons * primary_by_energy_Gy(attenuation, response, radius_mm, SURFACE_mm)[:, 0]
    group = _groups(drawn)
    scatter = []
    for number in range(group.max() + 1):
        spectrum = make_spectrum(low_keV, high_keV, np.where(group == number, drawn, 0.0))
        # a seed of its own: groups that shared their photons' paths would share their noise
        run = water_dose(spectrum, radius_mm, sphere_material, seed=seed + number, batches=BATCHES_PER_GROUP)
        scatter.append(run.scatter.mean(0))
        if tick:
            tick()
    return SpectralDose(radius_mm, middle, attenuation, response, drawn / drawn.sum(), group, np.array(scatter))


def primary_by_energy_Gy(attenuation: FloatArray, response: FloatArray, radius_mm: float,
                         depths_mm: FloatArray) -> FloatArray:
    """(bins, depths) primary dose to water per photon: exp(-mu_sphere R - mu_water d) x response / (4 pi r^2).

    Args:
        attenuation: (2, bins) of water and the sphere, 1/mm.
        response: (bins,) kerma in water, Gy mm2.
        radius_mm: of the sphere.
        depths_mm: (depths,) from its surface.
    """
    water, ball = attenuation
    left = np.exp(-ball[:, None] * radius_mm - np.outer(water, depths_mm))
    return np.asarray(left * response[:, None] / (4.0 * math.pi * (radius_mm + depths_mm) ** 2))


def _photon_data(energies_keV: FloatArray, sphere_material: Material) -> tuple[FloatArray, FloatArray]:
    materials = (read_material("water"), sphere_material)
    columns = photon_tables(materials).attenuation.T
    attenuation = [np.interp(energies_keV, ENERGIES_keV, column) * material.density_g_cm3
                   for column, material in zip(columns, materials, strict=True)]  # fmt: skip
    return np.array(attenuation), np.interp(energies_keV, ENERGIES_keV, response_table()[:, 0])


def _groups(dose: FloatArray) -> NDArray[np.intp]:
    """Number of the group of each bin: neighbours in energy that share the dose evenly."""
    cumulative = np.cumsum(dose) - 0.5 * dose
    group = np.minimum((cumulative / dose.sum() * GROUPS).astype(np.intp), GROUPS - 1)
    return np.asarray(np.unique(group, return_inverse=True)[1])

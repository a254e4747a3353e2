"""Depth dose in water by energy of the source photon, so that a change of the spectrum needs no new Monte Carlo.

Dose is linear in the spectrum. The primary is a closed form at each energy. The scatter is run once for each of some
groups of energies, whose photons are drawn by the dose that they give, and kept as its ratio to the group's primary:
within a group that ratio hardly changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.dose.cut_voxels import tissue_part
from openiort.dose.scene import Scene, make_spectrum
from openiort.dose.water_dose import POLYNOMIAL, RANGE_mm, scatter_by_depth, water_scene
from openiort.physics.element_tables import ENERGIES_keV

FloatArray = NDArray[np.float64]
GROUPS = 8
BATCHES_PER_GROUP = 2
GROUPED_AT_mm = 10.0
CORRECTION = 2


@dataclass(frozen=True, slots=True)
class SpectralDose:
    """Dose to water outside an applicator in water, by bin of the source's spectrum.

    Attributes:
        scene: the water.
        energies_keV: (bins,) middle of each bin.
        drawn: (bins,) share of the photons that were run in each.
        group: (bins,) number of the group each bin belongs to.
        fits: (groups, 2, polynomial + 1) scatter x r^2 per photon of the group against depth: exp(first) x second.
    """

    scene: Scene
    energies_keV: FloatArray
    drawn: FloatArray
    group: NDArray[np.intp]
    fits: FloatArray

    def kernel_Gy(self, depths_mm: FloatArray) -> FloatArray:
        """(bins, depths) dose to water per photon of each bin, at depths of 0-42 mm from the surface."""
        primary = primary_by_energy_Gy(self.scene, self.energies_keV, depths_mm)
        r_mm = self.scene.sphere.radius_mm + depths_mm
        ratios = np.empty((len(self.fits), len(depths_mm)))
        for number, fit in enumerate(self.fits):
            mine = self.group == number
            mean = self.drawn[mine] @ primary[mine] / self.drawn[mine].sum()
            at = depths_mm / RANGE_mm
            ratios[number] = np.exp(np.polyval(fit[0], at)) * np.polyval(fit[1], at) / r_mm**2 / mean
        return np.asarray(primary * (1.0 + ratios[self.group]))


def spectral_dose(low_keV: FloatArray, high_keV: FloatArray, photons: FloatArray, radius_mm: float,
                  sphere_material: Material, *, seed: int, tick: Callable[[], None] | None = None) -> SpectralDose:
    """Run the engine for groups of energies that give about the same dose each.

    Args:
        low_keV: (bins,) lower edges.
        high_keV: (bins,) upper edges.
        photons: (bins,) in each bin, any unit.
        radius_mm: of the applicator.
        sphere_material: of the applicator.
        seed: of the random numbers.
        tick: called after each group.
    """
    scene = water_scene(make_spectrum(low_keV, high_keV, photons), radius_mm, sphere_material)
    middle = 0.5 * (low_keV + high_keV)
    part = tissue_part(scene, scene.fine)
    # most photons of a source are too soft to leave the sphere: drawn as they are, they would be run in vain
    drawn = photons * primary_by_energy_Gy(scene, middle, np.array([GROUPED_AT_mm]))[:, 0]
    group = _groups(drawn)
    fits = []
    for number in range(group.max() + 1):
        mine = np.where(group == number, drawn, 0.0)
        one = water_scene(make_spectrum(low_keV, high_keV, mine), radius_mm, sphere_material)
        depth, volume, scatter = scatter_by_depth(one, part, seed=seed, first_batch=number * BATCHES_PER_GROUP,
                                                  batches=BATCHES_PER_GROUP)
        fits.append(_fit(depth, volume, scatter.mean(0)))
        if tick:
            tick()
    return SpectralDose(scene, middle, drawn / drawn.sum(), group, np.array(fits))


def primary_by_energy_Gy(scene: Scene, energies_keV: FloatArray, depths_mm: FloatArray) -> FloatArray:
    """(energies, depths) primary dose to water per photon: exp(-mu_sphere R - mu_water d) x response / (4 pi r^2)."""
    sphere = scene.sphere
    water, ball = (np.interp(energies_keV, ENERGIES_keV, scene.tables.attenuation[:, material])
                   for material in (0, sphere.material))  # fmt: skip
    response = np.interp(energies_keV, ENERGIES_keV, scene.responses[:, 0])
    thickness = np.outer(ball, np.full(len(depths_mm), sphere.density * sphere.radius_mm)) + np.outer(water, depths_mm)
    return np.asarray(np.exp(-thickness) * response[:, None] / (4.0 * math.pi * (sphere.radius_mm + depths_mm) ** 2))


def _fit(depth_mm: FloatArray, volume: FloatArray, scatter: FloatArray) -> FloatArray:
    """Two polynomials: the logarithm of noisy values is too low on average, so a second one, of values, corrects it."""
    at, weight = depth_mm / RANGE_mm, np.sqrt(volume)
    logarithm = np.polyfit(at, np.log(scatter), POLYNOMIAL, w=weight)
    curve = np.exp(np.polyval(logarithm, at))
    correction = np.polyfit(at, scatter / curve, CORRECTION, w=weight)
    return np.stack([logarithm, np.concatenate([np.zeros(POLYNOMIAL - CORRECTION), correction])])


def _groups(dose: FloatArray) -> NDArray[np.intp]:
    """Number of the group of each bin: neighbours in energy that share the dose evenly."""
    cumulative = np.cumsum(dose) - 0.5 * dose
    group = np.minimum((cumulative / dose.sum() * GROUPS).astype(np.intp), GROUPS - 1)
    return np.asarray(np.unique(group, return_inverse=True)[1])

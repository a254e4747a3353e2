"""What a scene must be before photons fly through it; from files nothing else should come, from Python anything may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.material import Material
from openiort.physics.element_tables import HIGHEST_keV, LOWEST_keV, has_data

if TYPE_CHECKING:
    from openiort.dose.scene import VoxelBox

FloatArray = NDArray[np.float64]
# a scene's densities are packed into 24 bits of 2^-20 g/cm3, its materials into 8 bits of which one value means mixed
DENSEST_g_cm3, MOST_MATERIALS = 15.9, 254
ROUNDING_mm = 1e-6


def check_photons(low_keV: FloatArray, high_keV: FloatArray, photons: FloatArray) -> None:
    """Refuse what is no spectrum.

    Raises:
        InputError: arrays of different lengths, numbers that are not finite, or no photons at all.
    """
    if not (low_keV.ndim == 1 and low_keV.shape == high_keV.shape == photons.shape):
        raise InputError(f"spectrum of {low_keV.shape} lower edges, {high_keV.shape} upper edges, {photons.shape} "
                         "photon numbers", where="spectrum", allowed="one of each for every bin",
                         fix="give three lists that are equally long")
    if not (np.isfinite(photons).all() and (photons >= 0.0).all() and photons.sum() > 0.0):
        raise InputError("the spectrum's photons are not all finite and 0 or more, or there are none",
                         where="spectrum, photons", allowed="numbers from 0, some of them above", fix="correct them")
    check_energies(low_keV, high_keV)


def check_energies(low_keV: FloatArray, high_keV: FloatArray) -> None:
    """Refuse photons for which there is no data.

    Raises:
        InputError: a bin that is not finite, upside down or outside 1-100 keV.
    """
    good = (low_keV >= LOWEST_keV) & (high_keV <= HIGHEST_keV) & (low_keV <= high_keV)  # false for NaN
    if not good.all():
        bad = int(np.argmin(good))
        raise InputError(f"photons of {low_keV[bad]:g} to {high_keV[bad]:g} keV cannot be followed",
                         where="spectrum, energy (keV)", allowed=f"{LOWEST_keV:g} to {HIGHEST_keV:g} keV, rising",
                         fix="leave these photons out, or correct the unit")


def check_materials(materials: tuple[Material, ...]) -> None:
    """Refuse materials without photon data.

    Raises:
        InputError: one holds an element that there is no data for, or has no density; or there are none or too many.
    """
    if not 0 < len(materials) <= MOST_MATERIALS:
        raise InputError(f"{len(materials)} materials in a scene", where="materials",
                         allowed=f"1 to {MOST_MATERIALS}", fix="use fewer")
    for material in materials:
        missing = sorted(symbol for symbol in material.mass_fractions if not has_data(symbol))
        if missing:
            raise InputError(f"there is no photon data for {', '.join(missing)}", where=f"material '{material.name}'",
                             allowed="elements of tables/photons/elements.csv",
                             fix="describe the material with other elements")
        _check_densities(np.array([material.density_g_cm3]), f"material '{material.name}', density_g_cm3")


def check_box(box: VoxelBox, name: str, count: int) -> None:
    """Refuse a box of voxels that does not hold what it says; `count` is the number of materials.

    Raises:
        InputError: its edges are not finite, its lists are not as long as its shape says, a material is unknown or a
            density is not finite.
    """
    edges = np.array([*np.ravel(box.low_mm), box.step_mm])
    if not (np.isfinite(edges).all() and box.step_mm > 0.0 and (np.asarray(box.shape) > 0).all()):
        raise InputError(f"voxels of {box.step_mm} mm, {tuple(box.shape)} of them, from {tuple(box.low_mm)} mm",
                         where=f"{name} box", allowed="finite, more than 0 mm and 1 voxel or more to each side",
                         fix="correct the grid")
    if not len(box.material) == len(box.density) == int(np.prod(box.shape)):
        raise InputError(f"{len(box.material)} materials and {len(box.density)} densities for {tuple(box.shape)} "
                         "voxels", where=f"{name} box", allowed="one of each for every voxel", fix="correct the lists")
    if box.material.max() >= count:
        raise InputError(f"material {box.material.max()} of {count}", where=f"{name} box, material",
                         allowed=f"0 to {count - 1}", fix="number them from 0, in the order of the materials")
    _check_densities(box.density, f"{name} box, density (g/cm3)")


def check_cover(fine: VoxelBox, coarse: VoxelBox, radius_mm: float) -> None:
    """Refuse boxes that do not lie in one another, the applicator inside both.

    Raises:
        InputError: the applicator sticks out of the fine box, or that out of the coarse one.
    """
    if not (np.isfinite(radius_mm) and radius_mm >= 0.0):
        raise InputError(f"an applicator of {radius_mm} mm radius", where="sphere_radius_mm", allowed="0 mm or more",
                         fix="0 is a bare source")
    if (fine.low_mm > ROUNDING_mm - radius_mm).any() or (fine.high_mm < radius_mm - ROUNDING_mm).any():
        raise InputError(f"voxels from {tuple(fine.low_mm)} to {tuple(fine.high_mm)} mm do not cover the applicator",
                         where="fine box", allowed=f"at least {radius_mm:g} mm from the source to all sides",
                         fix="take a larger grid, or move it over the source")
    if (coarse.low_mm > fine.low_mm + ROUNDING_mm).any() or (coarse.high_mm < fine.high_mm - ROUNDING_mm).any():
        raise InputError("the coarse box does not cover the fine one", where="coarse box",
                         allowed=f"{tuple(fine.low_mm)} to {tuple(fine.high_mm)} mm and beyond",
                         fix="give the fine box twice where there is no other")


def _check_densities(density: NDArray[np.floating], where: str) -> None:
    low, high = float(density.min()), float(density.max())
    if not (low >= 0.0 and high <= DENSEST_g_cm3):  # true for NaN
        wrong = low if not low >= 0.0 else high
        raise InputError(f"density {wrong:g} g/cm3", where=where, allowed=f"0 to {DENSEST_g_cm3:g} g/cm3, finite",
                         fix="correct the densities; padding outside an image is air")

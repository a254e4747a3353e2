"""The scene: what surrounds the source, in the form in which photons travel through it.

Lengths in mm from the source, which is the centre of the applicator; axes are the patient's (LPS). Two boxes of
voxels: a fine one inside a coarse one; the applicator is an exact sphere that lies in the fine box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.core.material import Material
from openiort.dose.responses import response_mix, response_table
from openiort.dose.scene_checks import check_box, check_cover, check_energies, check_materials, check_photons
from openiort.physics.photon_tables import PhotonTables, photon_tables


class VoxelBox(NamedTuple):
    """A box of cubic voxels.

    Attributes:
        low_mm: (3,) x, y, z of its lowest corner.
        step_mm: edge of a voxel.
        shape: (3,) nz, ny, nx; an array because compiled parallel loops take no nested tuples.
        material: (voxels,) uint8 index into the scene's materials, x fastest.
        density: (voxels,) float32 in g/cm3.
    """

    low_mm: NDArray[np.float64]
    step_mm: float
    shape: NDArray[np.int64]
    material: NDArray[np.uint8]
    density: NDArray[np.float32]

    @property
    def high_mm(self) -> NDArray[np.float64]:
        """(3,) highest corner."""
        return np.asarray(self.low_mm + self.step_mm * self.shape[::-1])


class Sphere(NamedTuple):
    """The applicator: a ball around the source. Radius 0 means a bare source.

    Attributes:
        radius_mm: of the ball.
        material: index into the scene's materials.
        density: in g/cm3.
    """

    radius_mm: float
    material: int
    density: float


class Spectrum(NamedTuple):
    """Photons that leave the source, evenly spread within each bin.

    Attributes:
        low_keV: (bins,) lower edges.
        width_keV: (bins,) widths; 0 for a line.
        cumulative: (bins + 1,) from 0 to 1.
    """

    low_keV: NDArray[np.float64]
    width_keV: NDArray[np.float64]
    cumulative: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides the dose per photon.

    Attributes:
        fine: inner box.
        coarse: outer box around it; may be the same size as the fine box.
        sphere: the applicator.
        spectrum: of the source.
        materials: the indices point into this.
        tables: photon data of the materials.
        responses: (energies, 3) kerma responses, Gy mm2.
        mix: (materials, 3) shares of the responses in the dose to each material.
        origin_mm: the source in patient coordinates.
        layered: whether nothing changes across x and z, and both boxes are as wide to all four sides: then the dose
            is the same in eight places.
    """

    fine: VoxelBox
    coarse: VoxelBox
    sphere: Sphere
    spectrum: Spectrum
    materials: tuple[Material, ...]
    tables: PhotonTables
    responses: NDArray[np.float64]
    mix: NDArray[np.float64]
    origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    layered: bool = False

    def grid(self, box: VoxelBox) -> Grid:
        """The box as a grid in patient coordinates."""
        first = box.low_mm + 0.5 * box.step_mm + np.array(self.origin_mm)
        step = box.step_mm
        return Grid((float(first[0]), float(first[1]), float(first[2])), (step, step, step),
                    (int(box.shape[0]), int(box.shape[1]), int(box.shape[2])))


def make_scene(fine: VoxelBox, coarse: VoxelBox, spectrum: Spectrum, materials: tuple[Material, ...], *,
               sphere_radius_mm: float = 0.0, sphere_material: Material | None = None,
               origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0), layered: bool = False) -> Scene:
    """Add the photon data to a geometry; the sphere's material is appended to `materials`.

    Raises:
        InputError: a material without data, a box that does not hold what it says or not the applicator, a density
            that is not finite.
    """
    check_materials(materials)
    ball = sphere_material or materials[0]
    check_materials((ball,))
    check_box(fine, "fine", len(materials))
    check_box(coarse, "coarse", len(materials))
    check_cover(fine, coarse, sphere_radius_mm)
    everything = (*materials, ball)
    sphere = Sphere(float(sphere_radius_mm), len(materials), ball.density_g_cm3)
    return Scene(fine, coarse, sphere, spectrum, everything, photon_tables(everything), response_table(),
                 response_mix(everything), origin_mm, layered)


def make_spectrum(low_keV: NDArray[np.float64], high_keV: NDArray[np.float64],
                  photons: NDArray[np.float64]) -> Spectrum:
    """Spectrum of bins (n,) with their photons in any unit; empty bins are dropped.

    Raises:
        InputError: no photons, or such as there is no data for.
    """
    check_photons(low_keV, high_keV, photons)
    kept = photons > photons.sum() * 1e-9
    cumulative = np.concatenate([[0.0], np.cumsum(photons[kept])])
    return Spectrum(low_keV[kept], (high_keV - low_keV)[kept], cumulative / cumulative[-1])


def line_spectrum(energy_keV: float) -> Spectrum:
    """All photons of one energy.

    Raises:
        InputError: there is no data for it.
    """
    check_energies(np.array([energy_keV]), np.array([energy_keV]))
    return Spectrum(np.array([energy_keV]), np.array([0.0]), np.array([0.0, 1.0]))

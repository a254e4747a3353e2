"""The scene in a layered phantom: voxels that a face cuts are mixed by volume, so that every ray meets the right mass.

The fine box reaches from the skin to behind the rib, so that the hottest parts of both lie in it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material, mixture
from openiort.dose.scene import Scene, Spectrum, VoxelBox, make_scene
from openiort.patient.layers import Layer, Layers
from openiort.patient.patient import Patient

FINE_STEP_mm, COARSE_STEP_mm = 1.0, 4.0
LEAST_REACH_mm, SKIN_WITHIN_mm, RIB_WITHIN_mm = 20.0, 60.0, 80.0
AIR = 0


def layered_scene(patient: Patient, layers: Layers, spectrum: Spectrum, *, sphere_radius_mm: float,
                  sphere_material: Material, reach_mm: float) -> Scene:
    """Fine and coarse voxels of the phantom around its applicator.

    Args:
        patient: the phantom; the scene's materials begin with hers.
        layers: what it was made from.
        spectrum: of the source.
        sphere_radius_mm: of the applicator.
        sphere_material: it is made of.
        reach_mm: distance from the applicator's surface within which doses at points are wanted.
    """
    columns = _Columns(patient.tissues.materials, layers.stack())
    corners = patient.image.grid.corners_mm()
    half_mm = float(corners.max(axis=0)[0])
    reach = sphere_radius_mm + max(reach_mm, LEAST_REACH_mm) + 1.0
    width = min(_up(reach), half_mm)
    front, back = _fine_ends_mm(columns.layers, reach)
    fine = columns.box(width, front, back, FINE_STEP_mm)
    ends = min(front, _down(columns.layers[0].front_mm)), max(back, _up(columns.layers[-1].back_mm))
    coarse = columns.box(half_mm, *ends, COARSE_STEP_mm)
    return make_scene(fine, coarse, spectrum, tuple(columns.materials), sphere_radius_mm=sphere_radius_mm,
                      sphere_material=sphere_material, origin_mm=layers.centre_mm, layered=True)


def _fine_ends_mm(stack: tuple[Layer, ...], reach_mm: float) -> tuple[float, float]:
    """Where the fine box begins and ends along y: at the skin and behind the rib, where these are not far away."""
    front = max(stack[0].front_mm, -max(SKIN_WITHIN_mm, reach_mm)) - 1.0
    back = max(reach_mm, min(stack[-1].front_mm + 1.0, RIB_WITHIN_mm))
    return _down(front), _up(back)


def _down(place_mm: float) -> float:
    """The border between coarse voxels at or below a place; both boxes begin and end at one."""
    return math.floor(place_mm / COARSE_STEP_mm) * COARSE_STEP_mm


def _up(place_mm: float) -> float:
    return math.ceil(place_mm / COARSE_STEP_mm) * COARSE_STEP_mm


class _Columns:
    """Boxes of voxels that are alike in each plane across y; collects the mixtures that the faces need."""

    def __init__(self, materials: tuple[Material, ...], layers: tuple[Layer, ...]) -> None:
        self.materials = list(materials)
        self.layers = layers

    def box(self, half_width_mm: float, low_mm: float, high_mm: float, step_mm: float) -> VoxelBox:
        """A box of cubic voxels, as wide to all four sides."""
        edges = np.arange(round((high_mm - low_mm) / step_mm) + 1) * step_mm + low_mm
        across = round(2.0 * half_width_mm / step_mm)
        shape = np.array([across, len(edges) - 1, across])
        planes = [self._plane(begin, begin + step_mm) for begin in edges[:-1]]
        return VoxelBox(np.array([-half_width_mm, low_mm, -half_width_mm]), step_mm, shape,
                        _spread(shape, np.array([index for index, _ in planes], np.uint8)),
                        _spread(shape, np.array([density for _, density in planes], np.float32)))

    def _plane(self, begin_mm: float, end_mm: float) -> tuple[int, float]:
        """Material and density of what lies between two planes."""
        within = [max(0.0, min(end_mm, layer.back_mm) - max(begin_mm, layer.front_mm)) for layer in self.layers]
        lengths = [end_mm - begin_mm - sum(within), *within]
        density = [self.materials[index].density_g_cm3 for index in range(len(lengths))]
        mass = {index: length * rho for index, (length, rho) in enumerate(zip(lengths, density, strict=True))
                if length > 1e-6}
        total = sum(mass.values())
        if len(mass) == 1:
            return next(iter(mass)), total / (end_mm - begin_mm)
        parts = [(self.materials[index], share / total) for index, share in mass.items()]
        name = " and ".join(f"{100 * share:.1f} % {material.name}" for material, share in parts)
        return self._index(mixture(name, parts)), total / (end_mm - begin_mm)

    def _index(self, material: Material) -> int:
        """Where the mixture stands among the materials; it is added if it is new."""
        names = [known.name for known in self.materials]
        if material.name not in names:
            self.materials.append(material)
            return len(names)
        return names.index(material.name)


def _spread(shape: NDArray[np.int64], values: NDArray[Any]) -> NDArray[Any]:
    """One value a plane (ny,) for all voxels, x fastest."""
    return np.broadcast_to(values[None, :, None], tuple(shape)).ravel()

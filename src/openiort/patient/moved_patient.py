"""The patient after the lump is out and the tissue has given way to the sphere: image, tissues and masks alike.

Every voxel takes what was where its tissue comes from (`tissue_flow`): CT number and density interpolated, material of
the nearest voxel, structures as shares of voxels, so that a shift smaller than a voxel is not lost. Bones and lungs
stay as they are. A voxel with its centre in the sphere takes the tissue at the sphere's surface, of which it may hold a
part; its CT number is that of water.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.core.interpolation import interpolated
from openiort.core.progress import Progress, silent
from openiort.patient.image import CTImage
from openiort.patient.immobile import CHEST_WALL, HALF_mm, Mobility, mobility, wall_mask
from openiort.patient.insertion import DISPLACE, Insertion, ball_radius_mm, ball_volume_cc, check_lump_volume
from openiort.patient.patient import Patient
from openiort.patient.structure import HALF, WHOLE, Structure
from openiort.patient.tissue_flow import TissueFlow, tissue_flow
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import AIR
from openiort.patient.voxel_space import BoolArray, Index, components, nearest_voxels, step_mm

STEP = "insertion"
LEAST_SHARE = 0.02
INWARDS_mm = (1.0, 2.0, 3.0, 4.0, 6.0)
IMMOBILE = ("bone", "lungs", "left lung", "right lung", "ribs", "left ribs", "right ribs", "sternum", CHEST_WALL)
WATER_HU = 0.0
# less is below what voxels can tell
LEAST_SHIFT_mm, LEAST_MOVED_cc = 0.002, 0.5
SLICES_AT_ONCE = 16

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Moved:
    """The voxels whose content changes: which, the fractional indices (n, 3) it comes from, the sphere's."""

    voxels: Index
    from_index: FloatArray
    centre_index: FloatArray
    in_sphere: BoolArray
    largest_shift_mm: float


def moved_patient(patient: Patient, centre_mm: tuple[float, float, float], sphere_radius_mm: float,
                  lump_volume_cc: float, *, lump: str, without: str | None = None,
                  progress: Progress = silent) -> tuple[Patient, Insertion]:
    """Put a sphere where a lump was and let the tissue give way; its volume stays as it is.

    Args:
        patient: as scanned.
        centre_mm: (x, y, z) of the sphere.
        sphere_radius_mm: of the sphere.
        lump_volume_cc: taken out as a ball about the same centre.
        lump: what was asked for, in words.
        without: structure that is out with the lump.
        progress: told what is being done.

    Returns:
        The patient in a new frame of reference, on the same grid, and what happened to her in figures.

    Raises:
        InputError: the lump is none or larger than the sphere; the tissue has nowhere to go.
    """
    check_lump_volume(lump_volume_cc, sphere_radius_mm)
    progress(STEP, 0.0, "tissue gives way")
    around = mobility(patient, centre_mm)
    _check_open(around)
    flow = tissue_flow(around, sphere_radius_mm, ball_radius_mm(lump_volume_cc))
    progress(STEP, 0.5, "tissue gives way")
    moved = _moved(patient, np.array(centre_mm), flow)
    structures = {name: structure if name in IMMOBILE else _structure(structure, moved)
                  for name, structure in patient.structures.items()}
    after = replace(
        patient, image=_image(patient.image, moved), tissues=_tissues(patient, moved),
        structures={name: structure for name, structure in structures.items() if name != without},
        identity=replace(patient.identity, series_instance_uid="", frame_of_reference_uid=""),
    )
    progress(STEP, 1.0)
    return after, replace(_figures(patient, structures["body"], moved, flow), lump=lump, structure=without)


def _check_open(around: Mobility) -> None:
    """Tissue must be able to move out to air."""
    middle = tuple(n // 2 for n in around.grid.shape)
    labels, _ = components(around.share > 0)
    if labels[middle] and (around.air & (labels == labels[middle])).any():
        return
    raise InputError(
        f"tissue has nowhere to give way to: no skin within {HALF_mm:g} mm of the sphere's centre that could move",
        where="--at (at_mm)",
        allowed="a place in the breast",
        fix="move the centre, or leave the lump out: the sphere is then put in place of what was scanned",
    )


def _moved(patient: Patient, centre: FloatArray, flow: TissueFlow) -> _Moved:
    fixed = wall_mask(patient)
    body, grid = patient.structure("body").mask, patient.image.grid
    parts = [_moved_part(index, grid, centre, flow, fixed) for index in _slabs(grid, centre)]
    voxels, origin, shift_mm, in_sphere = (np.concatenate([part[k] for part in parts]) for k in range(4))
    z, y, x = voxels.T
    tissue = body[nearest_voxels(origin, grid.shape)] & ~in_sphere
    largest_mm = float(np.max(shift_mm, where=tissue, initial=0.0))
    return _Moved((z, y, x), origin, grid.to_index(centre), in_sphere, largest_mm)


def _moved_part(index: NDArray[np.intp], grid: Grid, centre: FloatArray, flow: TissueFlow,
                fixed: BoolArray) -> tuple[NDArray[np.intp], FloatArray, FloatArray, BoolArray]:
    """Of voxels (n, 3): those that change, where their content comes from, how far that is, which lie in the sphere."""
    index = index[~fixed[tuple(index.T)]]
    points = grid.to_points_mm(index.astype(float)) - centre
    far = np.linalg.norm(points, axis=-1)
    in_sphere = far < flow.radius_mm
    surface = points * np.maximum(1.0, flow.radius_mm / np.maximum(far, 1e-3))[:, None]
    from_mm = flow.origin_mm(surface)
    shift_mm = np.linalg.norm(surface - from_mm, axis=-1)
    origin = grid.to_index(from_mm + centre)
    # what lies beside a rib must not become rib by interpolation
    used = (in_sphere | (shift_mm > LEAST_SHIFT_mm)) & (far < HALF_mm) & ~fixed[nearest_voxels(origin, grid.shape)]
    return index[used], origin[used], shift_mm[used], in_sphere[used]


def _slabs(grid: Grid, centre: FloatArray) -> Iterator[NDArray[np.intp]]:
    """Indices (n, 3) of all voxels in the box around the centre, a few slices at a time."""
    corners = centre + HALF_mm * (2.0 * np.stack(np.meshgrid([0, 1], [0, 1], [0, 1]), -1).reshape(-1, 3) - 1.0)
    index = grid.to_index(corners)
    low = np.clip(np.floor(index.min(axis=0)).astype(int), 0, grid.shape)
    high = np.clip(np.ceil(index.max(axis=0)).astype(int) + 1, low, grid.shape)
    for start in range(int(low[0]), int(high[0]), SLICES_AT_ONCE):
        stop = min(start + SLICES_AT_ONCE, int(high[0]))
        axes = np.arange(start, stop), np.arange(low[1], high[1]), np.arange(low[2], high[2])
        yield np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


def _sampled(values: NDArray[Any], moved: _Moved) -> NDArray[np.float32]:
    """Interpolated where the content comes from; beyond the scan as at its edge."""
    low = [max(int(math.floor(c.min())) - 1, 0) for c in moved.from_index.T]
    high = [int(math.ceil(c.max())) + 2 for c in moved.from_index.T]
    part = np.asarray(values[tuple(map(slice, low, high))])
    place = moved.from_index - np.minimum(low, np.array(values.shape) - 1)
    return interpolated(part, place).astype(np.float32)


def _image(image: CTImage, moved: _Moved) -> CTImage:
    hounsfield = image.hounsfield.copy()
    hounsfield[moved.voxels] = np.where(moved.in_sphere, np.float32(WATER_HU), _sampled(image.hounsfield, moved))
    return CTImage(hounsfield, image.grid)


def _tissues(patient: Patient, moved: _Moved) -> TissueMap:
    tissues = patient.tissues
    material, density = tissues.material_index.copy(), tissues.density_g_cm3.copy()
    material[moved.voxels] = _materials(patient, moved)
    density[moved.voxels] = _sampled(tissues.density_g_cm3, moved)
    return TissueMap(tissues.materials, material, density, tissues.tissue_of_material)


def _materials(patient: Patient, moved: _Moved) -> NDArray[np.uint8]:
    """The nearest voxel's; a voxel at the surface that holds a part of the body is made of what lies further in."""
    index, grid = patient.tissues.material_index, patient.image.grid
    found = index[nearest_voxels(moved.from_index, grid.shape)]
    holds_tissue = _sampled(patient.tissues.material_index != AIR, moved) > LEAST_SHARE
    for inwards_mm in INWARDS_mm:
        bare = np.flatnonzero(holds_tissue & (found == AIR))
        way = moved.centre_index - moved.from_index[bare]
        length_mm = np.maximum(np.linalg.norm(way * step_mm(grid), axis=1), inwards_mm)
        further_in = moved.from_index[bare] + way * (inwards_mm / length_mm)[:, None]
        found[bare] = index[nearest_voxels(further_in, grid.shape)]
    return found


def _structure(structure: Structure, moved: _Moved) -> Structure:
    share_255 = structure.mask * np.uint8(WHOLE) if structure.share_255 is None else structure.share_255.copy()
    before = share_255[moved.voxels]
    after = np.rint(_sampled(share_255, moved)).astype(np.uint8)
    if np.array_equal(before, after):
        return structure
    share_255[moved.voxels] = after
    return replace(structure, mask=share_255 >= HALF, share_255=share_255)


def _figures(patient: Patient, body: Structure, moved: _Moved, flow: TissueFlow) -> Insertion:
    grid = patient.image.grid
    grown_cc = body.volume_cc(grid) - patient.structure("body").volume_cc(grid)
    lump_cc = ball_volume_cc(flow.lump_radius_mm)
    moved_cc = ball_volume_cc(flow.radius_mm) - lump_cc
    return Insertion(
        DISPLACE, lump_volume_cc=lump_cc, lump_radius_mm=flow.lump_radius_mm, moved_volume_cc=moved_cc,
        volume_change_percent=100.0 * (grown_cc / moved_cc - 1.0) if moved_cc > LEAST_MOVED_cc else None,
        largest_shift_mm=moved.largest_shift_mm,
    )

"""A structure with the grid that it lies on: for doses on other grids, of which it asks at its own points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.contour_mask import contour_structure
from openiort.patient.contours import ContouredROI
from openiort.patient.structure import Structure
from openiort.patient.structure_names import plain_names

FloatArray = NDArray[np.float64]
STEP_mm, MARGIN_voxels = 1.0, 2
MOST_VOXELS = 4_000_000
LARGEST_mm = 2000.0
SAME_PLANE_mm = 0.1
SLICE_mm = 3.0  # of contours that lie in one plane each and so do not tell


@dataclass(frozen=True, slots=True)
class PlacedStructure:
    """A structure and its grid.

    Attributes:
        structure: its mask has the grid's shape.
        grid: where its voxels lie.
    """

    structure: Structure
    grid: Grid

    def points(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Slice by slice, points (n, 3), mm, and volumes (n,), cc, that stand for it: its voxels with their shares."""
        touched = self.structure.touched
        for number in np.flatnonzero(touched.any(axis=(1, 2))):
            index = np.argwhere(touched[number])
            index = np.concatenate([np.full((len(index), 1), number), index], axis=1)
            volume_cc = self.structure.shares(tuple(index.T)) * self.grid.voxel_volume_cc
            yield self.grid.to_points_mm(index.astype(float)), volume_cc


def placed_structures(rois: Sequence[ContouredROI]) -> tuple[dict[str, PlacedStructure], dict[str, str],
                                                             tuple[str, ...]]:
    """Contours without an image as structures, each on a grid of its own.

    Args:
        rois: of one structure set, on axial planes.

    Returns:
        Structures by our name (`structure_names`); name -> why there is none; notes on what was decided.
    """
    slice_mm = slice_spacing_mm(rois)
    names, said = plain_names([roi.name for roi in rois])
    found: dict[str, PlacedStructure] = {}
    missing: dict[str, str] = {}
    notes = list(said)
    for number, roi in enumerate(rois):
        name = names[number]
        if not roi.has_volume:
            missing[name] = "the contour is empty" if not len(roi.points) else "only points are drawn"
            continue
        try:
            grid = contour_grid(roi, slice_mm)
            structure, more = contour_structure(roi, grid, name)
        except InputError as error:
            missing[name] = error.what
            continue
        notes += more
        if structure is None:
            missing[name] = "the contours enclose nothing"
        else:
            found[name] = PlacedStructure(structure, grid)
    return found, missing, tuple(notes)


def slice_spacing_mm(rois: Sequence[ContouredROI]) -> float:
    """Distance between neighbouring contour planes that most structures have."""
    steps_mm = []
    for roi in rois:
        steps = np.diff(np.sort([float(line[:, 2].mean()) for line in roi.contours]))
        steps_mm += list(steps[steps > SAME_PLANE_mm])
    return float(np.median(steps_mm)) if steps_mm else SLICE_mm


def contour_grid(roi: ContouredROI, slice_mm: float) -> Grid:
    """A grid around an ROI whose slices lie on its planes, with voxels of 1 mm or as fine as its size allows.

    Raises:
        InputError: it is larger than any patient.
    """
    points_mm = np.concatenate(roi.contours)
    low, high = points_mm.min(axis=0), points_mm.max(axis=0)
    if (high - low).max() > LARGEST_mm:
        raise InputError(f"the contours of '{roi.name}' reach over {(high - low).max():.0f} mm",
                         where=f"structure set, ROI '{roi.name}'", allowed=f"at most {LARGEST_mm:g} mm",
                         fix="leave this ROI out of the export")
    step_mm = STEP_mm
    while True:
        spacing = np.array([step_mm, step_mm, slice_mm])
        nx, ny, nz = (int(count) for count in np.ceil((high - low) / spacing) + 1 + 2 * MARGIN_voxels)
        if nx * ny * nz <= MOST_VOXELS:
            break
        step_mm *= 2.0
    x_mm, y_mm, z_mm = (float(value) for value in low - MARGIN_voxels * spacing)
    return Grid((x_mm, y_mm, z_mm), (step_mm, step_mm, slice_mm), (nz, ny, nx))

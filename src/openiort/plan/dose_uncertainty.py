"""What is not known of the doses of both columns, as samples of their DVHs.

Parts (`uncertainty_parts`) are independent and normal; a sample has one calibration and one shift for all structures
of its column. An applicator's shift changes the dose at a place as its distance from the source does, by the depth
dose in water; tumour bed and breast go with the sphere. The Monte Carlo's noise is that of the DVH's band, all of a
curve together. A set-up error moves her against the beams, the same way in all fractions; her skin takes its build-up
along and is not moved, nor is a place that would come to lie in the air or in the 6 mm under the surface, where
voxels of 3 mm see air.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from openiort.core.grid import Grid
from openiort.external.external_dose import NOMINAL, ExternalDose
from openiort.patient.patient import Patient
from openiort.patient.placed_structure import PlacedStructure
from openiort.patient.voxel_space import distance_inside_mm, step_mm
from openiort.plan.compared_side import EBRT, ComparedSide
from openiort.plan.compared_structures import BED
from openiort.plan.external_anatomy import BREAST
from openiort.plan.external_dvhs import course_dose_Gy
from openiort.plan.plan import Plan
from openiort.plan.sampled_dvh import SampledDVH, fewer_points, sample_dvh
from openiort.plan.uncertainty_parts import FACTOR, SHIFT, UncertaintyPart

FloatArray = NDArray[np.float64]
SAMPLES = 200
WITH_SPHERE, WITH_SURFACE = (BED, BREAST), ("skin",)
BUILD_UP_mm = 6.0


class Draws:
    """One column's samples of its parts: the same of a seed, whatever else is asked."""

    def __init__(self, parts: Sequence[UncertaintyPart], column: str, seed: int, samples: int = SAMPLES) -> None:
        """Draw them; `parts` may be of both columns."""
        random = np.random.Generator(np.random.Philox(key=np.array([seed, column == EBRT], np.uint64)))
        own = [part for part in parts if part.column == column]
        self.factor = np.ones(samples)
        self.shift_mm = np.zeros((samples, 3))
        for part in own:
            if part.kind == FACTOR:
                self.factor *= np.maximum(1.0 + part.size / 100.0 * _normal(random, samples), 0.0)
            elif part.kind == SHIFT:
                self.shift_mm += part.size * np.stack([_normal(random, samples) for _ in range(3)], axis=1)
        self.random = random

    @property
    def samples(self) -> int:
        """Their number."""
        return len(self.factor)


def _normal(random: np.random.Generator, samples: int) -> FloatArray:
    """Standard normal numbers, one of each part of equal probability, in random order (a Latin hypercube).

    So a few hundred give good percentiles. M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 239 (1979).
    """
    return np.asarray(ndtri((random.permutation(samples) + 0.5) / samples))


def sampled_plan(plan: Plan, side: ComparedSide, draws: Draws) -> dict[str, SampledDVH]:
    """Samples of the DVHs of a plan's column."""
    found = {}
    for name, dvh in side.physical.items():
        z = _normal(draws.random, draws.samples)
        if name in WITH_SPHERE or not draws.shift_mm.any():
            shifted, weight_cc = np.ones((1, 1)), np.ones(1)
        else:
            shifted, weight_cc = _moved_sphere(plan, name, draws.shift_mm)
        found[name] = sample_dvh(dvh, shifted, weight_cc, draws.factor, z)
    return found


def sampled_external(patient: Patient, courses: Sequence[ExternalDose], structures: Mapping[str, PlacedStructure],
                     side: ComparedSide, draws: Draws) -> dict[str, SampledDVH]:
    """Samples of the DVHs of an EBRT column; of a nominal dose, which is a prescription, there are none.

    Args:
        patient: as scanned.
        courses: one or several doses.
        structures: of the column.
        side: the column.
        draws: its samples.
    """
    if any(one.origin == NOMINAL for one in courses):
        return {}
    none = np.zeros(draws.samples)
    deep = _under_build_up(patient)
    found = {}
    for name, dvh in side.physical.items():
        if name in WITH_SURFACE or not draws.shift_mm.any():
            shifted, weight_cc = np.ones((1, 1)), np.ones(1)
        else:
            shifted, weight_cc = _moved_patient(patient.image.grid, deep, courses, structures[name], draws.shift_mm)
        found[name] = sample_dvh(dvh, shifted, weight_cc, draws.factor, none)
    return found


def depth_factor(plan: Plan, from_mm: FloatArray, to_mm: FloatArray) -> FloatArray:
    """Dose at distances from the sphere's centre over that at others, in water; on its surface at the nearest."""
    radius_mm = plan.applicator.radius_mm
    depth = np.array(sorted(plan.water_depth_dose_Gy))
    r = radius_mm + depth
    level = np.log(np.array([plan.water_depth_dose_Gy[d] for d in depth]) * r**2)
    slope = (level[-1] - level[-2]) / (r[-1] - r[-2])

    def log_dose(at_mm: FloatArray) -> FloatArray:
        at = np.maximum(at_mm, radius_mm)
        return np.asarray(np.interp(at, r, level) + slope * np.maximum(at - r[-1], 0.0) - 2.0 * np.log(at))

    return np.exp(log_dose(to_mm) - log_dose(from_mm))


def medium_dose_Gy(plan: Plan, points_mm: FloatArray) -> FloatArray:
    """D_m,m (n,) of the voxels that points (n, 3) lie in: of the 1 mm grid, else of the coarse one; 0 outside both."""
    found = np.zeros(len(points_mm))
    for dose in (plan.coarse_dose, plan.fine_dose):
        inside = dose.grid.contains(points_mm)
        index = np.rint(dose.grid.to_index(points_mm[inside])).astype(int)
        index = np.clip(index, 0, np.array(dose.grid.shape) - 1)
        found[inside] = dose.medium_Gy[tuple(index.T)]
    return found


def organ_points(placed: PlacedStructure) -> tuple[FloatArray, FloatArray]:
    """Points (n, 3), mm, and volumes (n,), cc, of a structure."""
    parts = list(placed.points())
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _moved_sphere(plan: Plan, name: str, shift_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    patient = plan.patient
    points, volume_cc = organ_points(PlacedStructure(patient.structure(name), patient.image.grid))
    dose_Gy = medium_dose_Gy(plan, points)
    local = points - np.array(plan.centre_mm)
    far_mm = np.linalg.norm(local, axis=1)
    kept, weight_cc = fewer_points(np.where(far_mm > plan.applicator.radius_mm, dose_Gy, 0.0), volume_cc)
    dose_Gy, local, far_mm = dose_Gy[kept], local[kept], far_mm[kept]
    moved = [dose_Gy * depth_factor(plan, far_mm, np.linalg.norm(local - shift, axis=1)) for shift in shift_mm]
    return np.stack([dose_Gy, *moved]), weight_cc


def _under_build_up(patient: Patient) -> NDArray[np.bool_]:
    """(nz, ny, nx) voxels of the scan in which a moved place is looked up."""
    body, step = patient.structure("body").mask, step_mm(patient.image.grid)
    return np.asarray(distance_inside_mm(body, step, BUILD_UP_mm) > BUILD_UP_mm)


def _moved_patient(grid: Grid, deep: NDArray[np.bool_], courses: Sequence[ExternalDose], placed: PlacedStructure,
                   shift_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    points, volume_cc = organ_points(placed)

    def doses_Gy(at_mm: FloatArray) -> FloatArray:
        return np.asarray(np.sum([course_dose_Gy(one, at_mm) for one in courses], axis=0))

    planned = doses_Gy(points)
    known = np.isfinite(planned)
    kept, weight_cc = fewer_points(planned[known], volume_cc[known])
    points, planned = points[known][kept], planned[known][kept]
    places = (points + shift_mm[:, None, :]).reshape(-1, 3)
    index = np.rint(grid.to_index(places)).astype(int)
    known_there = grid.contains(places) & deep[tuple(np.clip(index, 0, np.array(deep.shape) - 1).T)]
    moved = np.where(known_there, doses_Gy(places), np.nan).reshape(len(shift_mm), -1)
    return np.concatenate([planned[None], np.where(np.isfinite(moved), moved, planned)]), weight_cc

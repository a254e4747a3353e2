"""DVHs of external-beam courses in structures, in physical dose and in EQD2, and why there is none where there is none.

Several courses (whole breast, then boost) are added place by place: their doses as they are, their biological effect as
BED, each with its own dose per fraction at that place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import eqd2_of_bed_Gy, fractionated_bed_Gy
from openiort.biology.parameter_set import ParameterSet
from openiort.biology.read_parameters import find_endpoint
from openiort.biology.structure_endpoint import endpoint_of
from openiort.external.dose_at_points import dose_at_points_Gy
from openiort.external.external_dose import NOMINAL, ExternalDose
from openiort.patient.placed_structure import PlacedStructure
from openiort.plan.dvh import DVH, make_dvh

FloatArray = NDArray[np.float64]
EQD2 = "EQD2"
OTHERWISE = "late"
LEAST_COVERED_percent = 95.0


@dataclass(frozen=True, slots=True)
class ExternalDVHs:
    """Histograms of external-beam radiotherapy.

    Attributes:
        physical: structure -> DVH of the physical dose, Gy.
        eqd2: structure -> DVH of EQD2, Gy, with the structure's own alpha/beta; same structures.
        endpoints: structure -> the endpoint whose alpha/beta that is.
        missing: structure -> why it has no DVH.
        notes: what must be known of those that have one.
    """

    physical: Mapping[str, DVH]
    eqd2: Mapping[str, DVH]
    endpoints: Mapping[str, ParameterSet[Endpoint]]
    missing: Mapping[str, str]
    notes: tuple[str, ...]


def external_dvhs(courses: Sequence[ExternalDose], structures: Mapping[str, PlacedStructure]) -> ExternalDVHs:
    """The DVHs of all structures that the doses cover.

    Args:
        courses: one or more, each on its own grid, in one frame of reference with the structures.
        structures: by name.
    """
    physical: dict[str, DVH] = {}
    eqd2: dict[str, DVH] = {}
    endpoints: dict[str, ParameterSet[Endpoint]] = {}
    missing: dict[str, str] = {}
    notes = []
    for name, placed in structures.items():
        doses_Gy, volume_cc = _doses_Gy(courses, placed)
        known = np.isfinite(doses_Gy).all(axis=0)
        covered_percent = 100.0 * float(volume_cc[known].sum() / volume_cc.sum())
        if covered_percent < LEAST_COVERED_percent:
            missing[name] = not_covered(covered_percent)
            continue
        if covered_percent < 99.95:
            notes.append(f"{name}: {not_covered(covered_percent)}; its figures are those of that part")
        endpoints[name] = structure_endpoint(name)
        physical[name], eqd2[name] = _pair(name, courses, list(doses_Gy[:, known]), volume_cc[known],
                                           endpoints[name].nominal(), covered_percent, placed.structure.cut_by_scan)
    unnamed = [name for name in physical if endpoint_of(name) is None]
    if unnamed:
        notes.append(f"EQD2 of {', '.join(unnamed)} by the endpoint of {OTHERWISE} effects: none names them")
    return ExternalDVHs(physical, eqd2, endpoints, missing, tuple(notes))


def structure_endpoint(name: str) -> ParameterSet[Endpoint]:
    """The endpoint of a structure; that of late effects where none names it."""
    return endpoint_of(name) or find_endpoint(OTHERWISE)


def _doses_Gy(courses: Sequence[ExternalDose], placed: PlacedStructure) -> tuple[FloatArray, FloatArray]:
    """Dose of each course (courses, n) at the points of a structure, NaN where there is none, and their volumes."""
    doses, volumes = [], []
    for points_mm, volume_cc in placed.points():
        doses.append(np.stack([course_dose_Gy(one, points_mm) for one in courses]))
        volumes.append(volume_cc)
    return np.concatenate(doses, axis=1), np.concatenate(volumes)


def course_dose_Gy(course: ExternalDose, points_mm: FloatArray) -> FloatArray:
    """Dose (n,) of a course at points (n, 3), NaN where there is none; a nominal dose ends with its voxels."""
    if course.origin != NOMINAL:
        return dose_at_points_Gy(course.grid, course.dose_Gy, points_mm)
    last = np.array(course.grid.shape) - 1
    index = np.clip(np.rint(course.grid.to_index(points_mm)).astype(int), 0, last)
    return np.where(course.grid.contains(points_mm), course.dose_Gy[tuple(index.T)], np.nan).astype(float)


def not_covered(covered_percent: float) -> str:
    """How much of a structure has a dose, in words."""
    if covered_percent <= 0.0:
        return "lies outside the dose grid"
    return f"the dose grid covers {min(covered_percent, 99.9):.1f} % of it"


def _pair(name: str, courses: Sequence[ExternalDose], doses_Gy: Sequence[FloatArray], volume_cc: FloatArray,
          endpoint: Endpoint, covered_percent: float, cut: bool) -> tuple[DVH, DVH]:
    """DVH of the physical dose and of EQD2."""
    prescribed_Gy = [one.schedule.total_dose_Gy for one in courses]
    medium = ", ".join(dict.fromkeys(one.medium for one in courses))
    first = make_dvh(name, np.sum(doses_Gy, axis=0), volume_cc, prescription_Gy=sum(prescribed_Gy), medium=medium,
                     covered_percent=covered_percent, cut_by_scan=cut)
    second = make_dvh(name, summed_eqd2_Gy(courses, doses_Gy, endpoint), volume_cc, medium=f"{EQD2}, {medium}",
                      prescription_Gy=float(summed_eqd2_Gy(courses, prescribed_Gy, endpoint)),
                      covered_percent=covered_percent, cut_by_scan=cut)
    return first, second


def summed_eqd2_Gy(courses: Sequence[ExternalDose], doses_Gy: Sequence[FloatArray | float],
                   endpoint: Endpoint) -> FloatArray:
    """EQD2 of all courses together at places that get these doses, one item a course."""
    bed_Gy = np.sum([fractionated_bed_Gy(dose_Gy, one.fractions, endpoint)
                     for one, dose_Gy in zip(courses, doses_Gy, strict=True)], axis=0)
    return eqd2_of_bed_Gy(bed_Gy, endpoint)

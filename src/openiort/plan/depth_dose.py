"""Depth doses along 200 directions around the applicator, evaluated at points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.plan.directions import spread_directions
from openiort.plan.plan import Range
from openiort.plan.region import inside, material

DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 20.0)
DIRECTIONS = 200
JUST_OUTSIDE_mm = 1e-3  # a point on the surface itself could fall inside by rounding


def patient_depth_doses(doses: PointDose, patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float,
                        photons: float, depths_mm: Sequence[float]) -> tuple[dict[float, Range], dict[float, Range]]:
    """D_w and D_m,m by depth in mm, as mean, min and max over the directions that meet the body there.

    D_m,m is to whatever tissue lies there, bone and lung among them.
    """
    directions = spread_directions(DIRECTIONS)
    water: dict[float, Range] = {}
    medium: dict[float, Range] = {}
    for depth in depths_mm:
        points = directions * (radius_mm + depth + JUST_OUTSIDE_mm)
        points = points[inside(patient, "body", points + np.array(centre_mm))]
        if not len(points):
            continue
        to_medium, to_water = doses.doses_Gy(points, material(patient, points + np.array(centre_mm)))
        water[depth] = _range(to_water * photons)
        medium[depth] = _range(to_medium * photons)
    return water, medium


def _range(values: np.ndarray) -> Range:
    return Range(float(values.mean()), float(values.min()), float(values.max()))

"""What both treatments do round the tumour bed: the sphere of equivalence, and IORT as boost before the fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openiort.biology.boost import boost_then_fractions
from openiort.biology.endpoint import Endpoint
from openiort.biology.parameter_interval import Interval, interval
from openiort.biology.read_parameters import find_endpoint
from openiort.biology.sphere_of_equivalence import equivalence_depth_mm
from openiort.core.errors import InputError
from openiort.external.schedule import Schedule
from openiort.plan.plan import Plan

ENDPOINT = "tumour"
BOOST_DEPTHS_mm = (0.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """How deep from the sphere's surface the single dose has the effect of the fractions.

    Attributes:
        in_tissue_mm: by the mean D_m,m on her CT; None where that does not fall with depth.
        in_water_mm: by the dose in water.
        last_mm: how far the depth doses reach.
        endpoint: of the effect.
    """

    in_tissue_mm: Interval | None
    in_water_mm: Interval
    last_mm: float
    endpoint: str

    @property
    def drawn_mm(self) -> Interval:
        """The one that is drawn: in her tissue, where it is known."""
        return self.in_water_mm if self.in_tissue_mm is None else self.in_tissue_mm


@dataclass(frozen=True, slots=True)
class BoostRow:
    """IORT as boost, then the fractions, at one depth in tissue.

    Attributes:
        depth_mm: from the sphere's surface.
        dose_Gy: mean D_m,m there of IORT alone.
        iort_eqd2_Gy: its EQD2.
        external_eqd2_Gy: that of the fractions.
        total_eqd2_Gy: both.
    """

    depth_mm: float
    dose_Gy: float
    iort_eqd2_Gy: Interval
    external_eqd2_Gy: Interval
    total_eqd2_Gy: Interval


def equivalence(plan: Plan, schedule: Schedule, seed: int) -> Equivalence:
    """The sphere of equivalence of a plan and a schedule, its boost not counted."""
    in_tissue = {depth: one.mean for depth, one in plan.patient_medium_depth_dose_Gy.items()}
    try:
        tissue = _depth(plan, in_tissue, schedule, seed)
    except InputError:  # behind a rib the mean may rise again
        tissue = None
    return Equivalence(tissue, _depth(plan, plan.water_depth_dose_Gy, schedule, seed),
                       max(plan.water_depth_dose_Gy), ENDPOINT)


def boost_rows(plan: Plan, schedule: Schedule, seed: int) -> tuple[BoostRow, ...]:
    """The risk-adapted pathway: this plan as boost, the schedule's fractions without their own boost after it."""
    rows = []
    for depth_mm in BOOST_DEPTHS_mm:
        if depth_mm not in plan.patient_medium_depth_dose_Gy:
            continue
        dose_Gy = plan.patient_medium_depth_dose_Gy[depth_mm].mean
        found = interval(lambda endpoint, dose_Gy=dose_Gy: _parts(plan, dose_Gy, schedule, endpoint),
                         (find_endpoint(ENDPOINT),), seed=seed)
        parts = (Interval(found.value[k], found.low[k], found.high[k], found.level, found.samples, found.seed,
                          found.without_interval) for k in range(3))
        rows.append(BoostRow(depth_mm, dose_Gy, *parts))
    return tuple(rows)


def _parts(plan: Plan, dose_Gy: float, schedule: Schedule, endpoint: Endpoint) -> np.ndarray:
    """(3, samples) EQD2 of IORT, of the fractions and of both."""
    both = boost_then_fractions(dose_Gy, plan.prescription.dose_scale, schedule.total_dose_Gy, schedule.fractions,
                                endpoint, delivery_time_s=plan.treatment_time_s)
    parts = np.broadcast_arrays(both.boost_eqd2_Gy, both.external_eqd2_Gy, both.total_eqd2_Gy)
    return np.stack([np.atleast_1d(part) for part in parts])


def _depth(plan: Plan, depth_dose_Gy: Mapping[float, float], schedule: Schedule, seed: int) -> Interval:
    depth = np.array(sorted(depth_dose_Gy))
    dose_Gy = np.array([depth_dose_Gy[one] for one in depth])
    return interval(lambda endpoint: equivalence_depth_mm(
        depth, dose_Gy, endpoint, delivery_time_s=plan.treatment_time_s, total_dose_Gy=schedule.total_dose_Gy,
        fractions=schedule.fractions), (find_endpoint(ENDPOINT),), seed=seed)

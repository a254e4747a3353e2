"""What the doses of both columns may do: EQD2, risks of heart, lungs and breast, control; each with its interval.

Intervals are those of the models' parameters (`biology/parameter_interval.py`), both columns on the same draws; what is
not known of the dose is not in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.biology.complication import NTCPModel, fractionated_ntcp, single_dose_ntcp
from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import eqd2_of_bed_Gy, fractionated_bed_Gy, single_dose_bed_Gy
from openiort.biology.heart_risk import relative_rate
from openiort.biology.parameter_interval import Interval, interval, interval_of_structure
from openiort.biology.parameter_set import ParameterSet
from openiort.biology.read_parameters import find_set
from openiort.biology.tumour_control import TumourControlModel, tumour_control_probability
from openiort.plan.compared_side import ComparedSide
from openiort.plan.compared_structures import NOT_CONTOURED
from openiort.plan.dvh import DVH
from openiort.plan.voxel_noise import DECIDES

FloatArray = NDArray[np.float64]
Values = Any
SAMPLES = 400
BREAST, HEART = "ipsilateral breast", "heart"
SEVERAL = "not calculated of several courses one after the other"
LUNGS = ("ipsilateral lung", "contralateral lung")


@dataclass(frozen=True, slots=True)
class Given:
    """How a column's dose is given: one dose, or fractions of one or several courses.

    Attributes:
        delivery_time_s: of one dose; None for fractions.
        fractions: their number; 1 for one dose.
    """

    delivery_time_s: float | None
    fractions: int

    def bed_Gy(self, dose_Gy: Values, endpoint: Endpoint) -> FloatArray:
        """BED of physical doses."""
        if self.delivery_time_s is not None:
            return single_dose_bed_Gy(dose_Gy, endpoint, delivery_time_s=self.delivery_time_s)
        return fractionated_bed_Gy(dose_Gy, self.fractions, endpoint)

    def eqd2_Gy(self, dose_Gy: Values, endpoint: Endpoint) -> FloatArray:
        """EQD2 of physical doses."""
        return eqd2_of_bed_Gy(self.bed_Gy(dose_Gy, endpoint), endpoint)

    def ntcp(self, dose_Gy: Values, volume_cc: Values, endpoint: Endpoint, model: NTCPModel) -> FloatArray:
        """NTCP of a structure."""
        if self.delivery_time_s is not None:
            return single_dose_ntcp(dose_Gy, volume_cc, endpoint, model, delivery_time_s=self.delivery_time_s)
        return fractionated_ntcp(dose_Gy, self.fractions, volume_cc, model)


@dataclass(frozen=True, slots=True)
class Effect:
    """One result of both columns.

    Attributes:
        name: in words.
        unit: of the value; `%` of a probability.
        values: column's title -> value with interval.
        missing: column's title -> why there is none.
        source: of the model.
        to_be_confirmed: whether a number of the model was recalled.
        note: what must be read beside it.
    """

    name: str
    unit: str
    values: Mapping[str, Interval]
    missing: Mapping[str, str]
    source: str
    to_be_confirmed: bool
    note: str


def eqd2_means(side: ComparedSide, given: Given, seed: int) -> dict[str, Interval]:
    """Structure -> mean EQD2 with the interval of its endpoint."""

    def mean(dose_Gy: Values, volume_cc: Values, endpoint: Endpoint) -> FloatArray:
        eqd2 = given.eqd2_Gy(dose_Gy, endpoint)
        return np.asarray((eqd2 * (volume_cc / volume_cc.sum())[:, None]).sum(axis=0))

    return {name: interval_of_structure(mean, dvh.dose_Gy, dvh.volume_cc, (side.endpoints[name],), samples=SAMPLES,
                                        seed=seed)
            for name, dvh in side.physical.items()}


def effects(sides: Sequence[ComparedSide], given: Mapping[str, Given], places: Mapping[str, Places],
            seed: int) -> tuple[Effect, ...]:
    """Results of both columns.

    Args:
        sides: IORT and EBRT.
        given: column's title -> how its dose is given; none of several courses one after the other.
        places: column's title -> doses of the breast's places with their distance from the tumour bed's edge.
        seed: of the draws.
    """

    def ntcp(structure: str, model: ParameterSet[Any]) -> Callable[[ComparedSide, DVH], Interval | str]:
        return lambda side, dvh: (_ntcp(side, dvh, given[side.title], structure, model, seed) if side.title in given
                                  else SEVERAL)

    def of_hottest(structure: str, model: ParameterSet[Any]) -> Callable[[ComparedSide, DVH], Interval | str]:
        return lambda side, dvh: DECIDES if side.is_noisy else ntcp(structure, model)(side, dvh)

    def control(side: ComparedSide, dvh: DVH) -> Interval | str:
        known = side.title in given and side.title in places
        return _control(places[side.title], given[side.title], seed) if known else SEVERAL

    pneumonitis, fibrosis = find_set("pneumonitis", "lkb"), find_set("fibrosis-lkb", "lkb")
    return (
        _effect("mean heart dose", "Gy", sides, (HEART,), lambda side, dvh: _plain(dvh.mean_Gy), None),
        _effect("rate of major coronary events, times her own", "", sides, (HEART,),
                lambda side, dvh: _heart(dvh, seed), find_set("heart", "heart")),
        _effect("mean dose of both lungs", "Gy", sides, LUNGS, lambda side, dvh: _plain(dvh.mean_Gy), None),
        _effect("pneumonitis", "%", sides, LUNGS, ntcp(LUNGS[0], pneumonitis), pneumonitis),
        _effect("moderate to severe fibrosis of the breast", "%", sides, (BREAST,), of_hottest(BREAST, fibrosis),
                fibrosis),
        _effect("no recurrence, by a model of assumptions", "%", sides, (BREAST,), control,
                find_set("recurrence", "tumour-control")),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points of a structure: (n,) dose, distance from the edge of the tumour bed, volume."""

    dose_Gy: FloatArray
    distance_mm: FloatArray
    volume_cc: FloatArray


def _effect(name: str, unit: str, sides: Sequence[ComparedSide], structures: tuple[str, ...],
            value: Callable[[ComparedSide, DVH], Interval | str], model: ParameterSet[Any] | None) -> Effect:
    values: dict[str, Interval] = {}
    missing: dict[str, str] = {}
    for side in sides:
        gap = next((one for one in structures if one not in side.physical), None)
        if gap is not None:
            missing[side.title] = side.missing.get(gap, NOT_CONTOURED)
        else:
            found = value(side, _together([side.physical[one] for one in structures]))
            if isinstance(found, str):
                missing[side.title] = found
            else:
                values[side.title] = found
    return Effect(name, unit, values, missing, "" if model is None else model.parameters[0].source,
                  model is not None and model.to_be_confirmed, "" if model is None else model.text)


def _together(dvhs: Sequence[DVH]) -> DVH:
    """Several structures as one."""
    first = dvhs[0]
    if len(dvhs) == 1:
        return first
    order = np.argsort(-np.concatenate([one.dose_Gy for one in dvhs]))
    return DVH(first.structure, np.concatenate([one.dose_Gy for one in dvhs])[order],
               np.concatenate([one.volume_cc for one in dvhs])[order], first.prescription_Gy)


def _plain(value: float) -> Interval:
    found = np.asarray(value)
    return Interval(found, found, found, samples=0)


def _heart(dvh: DVH, seed: int) -> Interval:
    return interval(lambda model: relative_rate(dvh.mean_Gy, model), (find_set("heart", "heart"),), seed=seed)


def _ntcp(side: ComparedSide, dvh: DVH, given: Given, structure: str, model: ParameterSet[NTCPModel],
          seed: int) -> Interval:
    return interval_of_structure(
        lambda dose_Gy, volume_cc, ntcp, endpoint: 100.0 * given.ntcp(dose_Gy, volume_cc, endpoint, ntcp),
        dvh.dose_Gy, dvh.volume_cc, (model, side.endpoints[structure]), samples=SAMPLES, seed=seed)


def _control(places: Places, given: Given, seed: int) -> Interval:
    tumour = find_set("tumour", "endpoint")

    def control(dose_Gy: Values, distance_mm: Values, volume_cc: Values, endpoint: Endpoint,
                model: TumourControlModel) -> FloatArray:
        bed_Gy = given.bed_Gy(dose_Gy, endpoint)
        return 100.0 * tumour_control_probability(bed_Gy, distance_mm, volume_cc, model)

    return interval_of_structure(control, places.dose_Gy, places.volume_cc,
                                 (tumour, find_set("recurrence", "tumour-control")), distance_mm=places.distance_mm,
                                 samples=SAMPLES, seed=seed)

"""One side of a comparison, IORT or EBRT: what the course is, its DVHs, and what it has no figures of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from openiort.biology.endpoint import Endpoint
from openiort.biology.parameter_set import ParameterSet
from openiort.external.external_dose import ExternalDose
from openiort.external.schedule import Schedule
from openiort.patient.placed_structure import PlacedStructure
from openiort.plan.compared_structures import in_order, not_contoured
from openiort.plan.dvh import DVH
from openiort.plan.external_dvhs import external_dvhs
from openiort.plan.voxel_noise import NOTE, is_noisy

IORT, EBRT = "IORT", "EBRT"
NO_PLAN = "no plan"
TO_BE_CONFIRMED = "to be confirmed"


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of the two columns.

    Attributes:
        title: `IORT` or `EBRT`.
        absent: why the column is empty; empty where it is not.
        facts: label and text of what describes the course, in order.
        physical: structure -> DVH of the physical dose.
        eqd2: structure -> DVH of EQD2; same structures.
        endpoints: structure -> endpoint of its EQD2.
        missing: structure -> why it has no figures here.
        notes: what people must read next to the figures.
        is_noisy: whether single voxels carry statistical noise (`voxel_noise`).
    """

    title: str
    absent: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    physical: Mapping[str, DVH] = field(default_factory=dict)
    eqd2: Mapping[str, DVH] = field(default_factory=dict)
    endpoints: Mapping[str, ParameterSet[Endpoint]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_noisy: bool = False


def external_side(courses: Sequence[ExternalDose], structures: Mapping[str, PlacedStructure],
                  missing: Mapping[str, str]) -> ComparedSide:
    """The EBRT column.

    Args:
        courses: one or more, in the order in which they are given.
        structures: by name.
        missing: structures that could not be made -> why.
    """
    dvhs = external_dvhs(courses, structures)
    absent = dict(missing) | dict(dvhs.missing)
    absent |= not_contoured([*structures, *absent])
    names = in_order(dvhs.physical)
    return ComparedSide(
        EBRT, "", _facts(courses), {name: dvhs.physical[name] for name in names},
        {name: dvhs.eqd2[name] for name in names}, dvhs.endpoints, {name: absent[name] for name in in_order(absent)},
        (*dvhs.notes, *((NOTE,) if is_noisy(courses) else ()), *(note for one in courses for note in one.notes)),
        is_noisy(courses),
    )


def _facts(courses: Sequence[ExternalDose]) -> tuple[tuple[str, str], ...]:
    schedules = [one.schedule for one in courses]
    return (
        ("schedule", ", then ".join(f"{one.total_dose_Gy:g} Gy in {one.fractions}, {one.volume}" for one in schedules)),
        ("100 %", f"{sum(one.total_dose_Gy for one in schedules):g} Gy"),
        ("visits", str(sum(one.visits for one in schedules))),
        ("calendar days", _calendar_days(schedules)),
        ("dose", ", ".join(dict.fromkeys(f"{one.origin}, {one.medium}" for one in courses))),
        ("schedule from", "; ".join(dict.fromkeys(one.citation for one in schedules))),
    )


def _calendar_days(schedules: Sequence[Schedule]) -> str:
    """From the first fraction to the last, a boost directly behind the first part."""
    first, *others = schedules
    if len(others) > 1:
        return "not known of more than two courses"
    days = replace(first, boost=others[0]).overall_days if others else first.overall_days
    return f"{days}" + ("" if all(one.is_confirmed for one in schedules) else f" ({TO_BE_CONFIRMED})")

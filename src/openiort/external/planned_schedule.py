"""A course as its plan says, and an imported dose scaled to another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from openiort.external.external_dose import ExternalDose
from openiort.external.schedule import WEEKDAYS, Schedule

AS_PLANNED = "as planned"
WORKING_DAYS = WEEKDAYS[:5]


def planned_schedule(prescription_Gy: float, fractions: int) -> Schedule:
    """The schedule of a plan that was imported; that it is given on working days is an assumption, marked as such."""
    return Schedule(f"{prescription_Gy:g}/{fractions}", prescription_Gy, fractions, WORKING_DAYS, AS_PLANNED,
                    "RT Plan of the imported dose", "F", "R")


def scaled_to(dose: ExternalDose, schedule: Schedule) -> ExternalDose:
    """The same shape of dose for another schedule: what was the prescription of its own becomes that of the other.

    Args:
        dose: its `schedule` holds the dose that stands for 100 %.
        schedule: of one part, without boost.
    """
    own = dose.schedule
    if (own.total_dose_Gy, own.fractions) == (schedule.total_dose_Gy, schedule.fractions):
        return replace(dose, schedule=schedule)
    factor = schedule.total_dose_Gy / own.total_dose_Gy
    note = (f"the imported dose was scaled from {own.total_dose_Gy:g} Gy in {own.fractions} to "
            f"{schedule.total_dose_Gy:g} Gy in {schedule.fractions} (times {factor:.4g}): its shape is that of the "
            f"planned course, and nobody checked that it treats the {schedule.volume}")
    return replace(dose, dose_Gy=dose.dose_Gy * np.float32(factor), schedule=schedule, fractions=schedule.fractions,
                   notes=(*dose.notes, note))

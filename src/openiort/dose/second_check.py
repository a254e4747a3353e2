"""The second check: the treatment time from radial water data alone.

It shares no code and no tables with the engine: no transport, no cross sections, no spectrum; only the doses per
photon in water that another program calculated, interpolated, and the photons per minute of the device file.
It compares water with water. What her tissues do to the dose is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.core.table import read_table
from openiort.core.units import SECONDS_PER_MINUTE

PASS_percent = 3.0
REVIEW_percent = 5.0


@dataclass(frozen=True, slots=True)
class SecondCheck:
    """The independent time.

    Attributes:
        time_s: time by radial water data.
        difference_percent: planned time against it.
        verdict: `pass` (<= 3 %), `review` (<= 5 %) or `stop`.
        source: what data it rests on.
    """

    time_s: float
    difference_percent: float
    verdict: str
    source: str


def water_dose_per_photon_Gy(water_table: str, diameter_mm: float, depth_mm: float) -> float:
    """Dose to water per emitted photon at a depth outside a sphere, interpolated in its logarithm.

    Args:
        water_table: file below `tables/` with columns diameter_mm, depth_mm, dose_Gy_per_photon.
        diameter_mm: of the sphere, one of the table's.
        depth_mm: from its surface, within the table's range.
    """
    table = read_table(water_table)
    rows = table["diameter_mm"] == diameter_mm
    depth, dose = table["depth_mm"][rows], table["dose_Gy_per_photon"][rows]
    radius = depth + diameter_mm / 2.0
    # dose x r^2 varies slowly: its logarithm is close to a straight line between 1 mm points
    r_mm = depth_mm + diameter_mm / 2.0
    return float(np.exp(np.interp(r_mm, radius, np.log(dose * radius**2)))) / r_mm**2


def second_check(planned_time_s: float, *, water_table: str, diameter_mm: float, depth_mm: float, dose_Gy: float,
                 photons_per_minute: float) -> SecondCheck:
    """Compare a planned time with the one that radial water data give for the same prescription."""
    rate_Gy_per_min = photons_per_minute * water_dose_per_photon_Gy(water_table, diameter_mm, depth_mm)
    time_s = dose_Gy / rate_Gy_per_min * SECONDS_PER_MINUTE
    difference_percent = (planned_time_s / time_s - 1.0) * 100.0
    return SecondCheck(time_s, difference_percent, verdict(difference_percent), read_table(water_table).head[0])


def verdict(difference_percent: float) -> str:
    """`pass`, `review` or `stop` for a difference in percent; anything that is not a number is `stop`."""
    if abs(difference_percent) <= PASS_percent:
        return "pass"
    return "review" if abs(difference_percent) <= REVIEW_percent else "stop"

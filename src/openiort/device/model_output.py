"""What a catalogue device's own water doses lead to expect of a site's tables: wrong units and typing errors show.

The levels also stand in the commissioning; here they come from the radial water data of another program, so that an
import needs no Monte Carlo.
"""

from __future__ import annotations

import math
from statistics import median

from openiort.core.errors import InputError
from openiort.core.table import read_table
from openiort.device.catalogue import Device
from openiort.device.site_tables import SiteTables

DEPTHS_mm = tuple(float(depth) for depth in range(21))
NEAR_UNIT = 1.35
FAR_percent, STANDS_OUT_percent = 30.0, 5.0
# how many times too large the numbers are -> what they seem to be
UNITS = {100.0: "cGy per minute", 1000.0: "mGy per minute", 60.0: "Gy per hour", 1 / 60.0: "Gy per second",
         6000.0: "cGy per hour"}  # fmt: skip


def levels(tables: SiteTables, model: Device, dose_scale: str) -> dict[float, float]:
    """Diameter -> mean ratio (in logarithms) of the site's rate to the model's nominal one over 0-20 mm of depth."""
    found = {}
    for diameter_mm in sorted(tables.transfer[dose_scale]):
        low_mm, high_mm = tables.reach_mm(dose_scale, diameter_mm)
        depths = [d for d in DEPTHS_mm if low_mm <= diameter_mm / 2 + d <= high_mm]
        ratios = [math.log(tables.rate_Gy_per_min(dose_scale, diameter_mm, d) / model_rate(model, diameter_mm, d))
                  for d in depths]  # fmt: skip
        if ratios:
            found[diameter_mm] = math.exp(sum(ratios) / len(ratios))
    return found


def model_rate(model: Device, diameter_mm: float, depth_mm: int | float) -> float:
    """Nominal dose rate, Gy/min, at a whole millimetre of depth, 0-40."""
    table = read_table(model.water_table)
    row = (table["diameter_mm"] == diameter_mm) & (table["depth_mm"] == depth_mm)
    return float(table["dose_Gy_per_photon"][row][0]) * model.applicator(diameter_mm).photons_per_minute


def check_magnitude(tables: SiteTables, model: Device) -> tuple[str, ...]:
    """Compare the tables of every scale with the model.

    Returns:
        What stands out, for people.

    Raises:
        InputError: a sphere that the model has not; numbers that fit another unit.
    """
    known = {applicator.diameter_mm for applicator in model.applicators}
    remarks = []
    for scale, spheres in tables.transfer.items():
        foreign = sorted(set(spheres) - known)
        if foreign:
            raise InputError(f"the model {model.name} has no sphere of {foreign[0]:g} mm", where="transfer.csv",
                             allowed=", ".join(f"{d:g}" for d in sorted(known)) + " mm",
                             fix="correct the diameter, or leave that sphere out")
        found = levels(tables, model, scale)
        if not found:
            continue
        middle = median(found.values())
        _check_unit(middle, tables.bare[scale].where)
        remarks += _remarks(scale, found, middle)
    return tuple(remarks)


def _check_unit(level: float, where: str) -> None:
    for factor, unit in UNITS.items():
        if factor / NEAR_UNIT < level < factor * NEAR_UNIT:
            raise InputError(f"the dose rates are {level:.3g} times what such a source gives: they seem to be {unit}",
                             where=where, allowed="r_mm from the source in mm, Gy_per_min in Gy per minute",
                             fix="convert the column to the unit in its name; nothing is converted silently")


def _remarks(scale: str, found: dict[float, float], middle: float) -> list[str]:
    said = []
    if abs(middle - 1.0) * 100.0 > FAR_percent:
        said.append(f"scale {scale}: the dose rates are {middle:.2f} times the model's nominal ones")
    for diameter_mm, level in found.items():
        percent = 100.0 * (level / middle - 1.0)
        if abs(percent) > STANDS_OUT_percent:
            said.append(f"scale {scale}: the {diameter_mm:g} mm sphere stands out: {percent:+.1f} % against the median "
                        "of all spheres, relative to the model")
    return said

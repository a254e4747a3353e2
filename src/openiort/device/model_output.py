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
from openiort.device.site_tables import Reference, SiteTables

DEPTHS_mm = tuple(float(depth) for depth in range(21))
NEAR_UNIT = 1.35
FAR_percent, STANDS_OUT_percent = 30.0, 5.0
# scales differ by 14-30 %, outputs of machines by less: what lies outside is a slip
LEVELS = (0.4, 2.5)
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


def model_rate(model: Device, diameter_mm: float, depth_mm: float) -> float:
    """Nominal dose rate, Gy/min, at a depth of 0-40 mm; between whole millimetres a straight line in logarithms."""
    table = read_table(model.water_table)
    rows = table["diameter_mm"] == diameter_mm
    doses = dict(zip(table["depth_mm"][rows], table["dose_Gy_per_photon"][rows], strict=True))
    low, high = (math.log(doses[whole(depth_mm)]) for whole in (math.floor, math.ceil))
    return math.exp(low + (high - low) * (depth_mm % 1.0)) * model.applicator(diameter_mm).photons_per_minute


def check_spheres(tables: SiteTables, model: Device) -> None:
    """Refuse a sphere that cannot be planned with.

    Raises:
        InputError: the model has no such sphere; a reference is at a sphere that the tables have not.
    """
    known = [applicator.diameter_mm for applicator in model.applicators]
    for spheres in tables.transfer.values():
        for diameter_mm, table in spheres.items():
            if diameter_mm not in known:
                raise InputError(f"the model {model.name} has no sphere of {diameter_mm:g} mm", where=table.where,
                                 allowed=", ".join(f"{d:g}" for d in known) + " mm",
                                 fix="correct the diameter, or leave that sphere out")
    for point in tables.references:
        if point.diameter_mm not in tables.diameters_mm:
            raise InputError(f"a reference at a sphere of {point.diameter_mm:g} mm, which has no tables",
                             where=_place(point), allowed=", ".join(f"{d:g}" for d in tables.diameters_mm) + " mm",
                             fix="correct the diameter, or take the reference out")


def check_magnitude(tables: SiteTables, model: Device) -> tuple[str, ...]:
    """Compare the tables of every scale, and each reference, with the model.

    Returns:
        What stands out, for people.

    Raises:
        InputError: numbers that fit another unit, or that no such source gives; nothing that could be compared.
    """
    remarks = []
    for scale, spheres in tables.transfer.items():
        bare, found = tables.bare[scale], levels(tables, model, scale)
        if not found:
            raise InputError(f"scale {scale}: no depth of 0-{DEPTHS_mm[-1]:g} mm is covered outside any sphere",
                             where=bare.where, allowed="bare rate and transfer coefficients at the same distances",
                             fix="add the rows next to the spheres' surfaces")
        middle = median(found.values())
        _check_level(middle, "the dose rates are", bare.where)
        for diameter_mm, level in found.items():
            _check_level(level, f"the dose rates outside the {diameter_mm:g} mm sphere are", spheres[diameter_mm].where)
        remarks += _far(middle, f"scale {scale}: the dose rates are")
        remarks += _stand_out(scale, found, middle)
    for point in tables.references:
        level = point.rate_Gy_per_min / model_rate(model, point.diameter_mm, point.depth_mm)
        _check_level(level, "the reference's dose rate is", _place(point))
        remarks += _far(level, f"scale {point.dose_scale}: the reference's dose rate is")
    return tuple(remarks)


def _place(point: Reference) -> str:
    return f"device.toml, [[reference]] on the scale {point.dose_scale}"


def _check_level(level: float, what: str, where: str) -> None:
    said = f"{what} {level:.3g} times what such a source gives"
    for factor, unit in UNITS.items():
        if factor / NEAR_UNIT < level < factor * NEAR_UNIT:
            raise InputError(f"{said}: they seem to be {unit}", where=where,
                             allowed="r_mm from the source in mm, Gy_per_min in Gy per minute",
                             fix="convert the numbers to the unit in the name; nothing is converted silently")
    if not LEVELS[0] <= level <= LEVELS[1]:
        raise InputError(said, where=where, allowed=f"{LEVELS[0]:g} to {LEVELS[1]:g} times the model's nominal output",
                         fix="look for another unit or a slip of the decimal point; r counts from the source, in mm")


def _far(level: float, what: str) -> list[str]:
    if abs(level - 1.0) * 100.0 <= FAR_percent:
        return []
    return [f"{what} {level:.2f} times the model's nominal one"]


def _stand_out(scale: str, found: dict[float, float], middle: float) -> list[str]:
    percents = {diameter_mm: 100.0 * (level / middle - 1.0) for diameter_mm, level in found.items()}
    return [f"scale {scale}: the {diameter_mm:g} mm sphere stands out: {percent:+.1f} % against the median of all "
            "spheres, relative to the model"
            for diameter_mm, percent in percents.items() if abs(percent) > STANDS_OUT_percent]  # fmt: skip

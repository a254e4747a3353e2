"""Public figures of such a source beside ours, whatever they show: `-s` prints the table.

The figures were measured on different machines, on scales that differ by 14-30 %, and disagree among themselves: none
is a narrow limit. What is tested: every row has its figure of ours, ours are those of egs_brachy, an independent
calculation of the same model (docs/device.md), and no figure is off by more than the scales differ, the output apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.table import parse_table
from openiort.core.units import SECONDS_PER_MINUTE
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import BATCHES, WaterDose, water_dose
from validation.generic_50kv_spheres.depth_doses import dose_of
from validation.published_figures.beam_quality import (
    behind_water,
    energy_of_half_value_layer_keV,
    half_value_layer_mm_Al,
)

TABLE = Path(__file__).parent / "published_figures.csv"
MARKS = {"F": "", "R": ", to be confirmed"}
PRESCRIBED_Gy, SHELL_mm, PROBE_RADIUS_mm = 20.0, 10.0, 1.6
CURRENT_A, ELEMENTARY_CHARGE_C = 40e-6, 1.602176634e-19
SCALES_DIFFER = 0.30  # AAPM Task Group 292: at surfaces of spheres, 14-30 %
# docs/device.md: the model's own output is 42-47 % too low, which is why times rest on the published ones
LARGEST = {"minutes for 20 Gy at 40 uA by the model's yield": 0.5}
AGREES = 0.01


def dose_around(diameter_mm: float) -> WaterDose:
    return dose_of(diameter_mm, BATCHES)


def relative(diameter_mm: float, depth_mm: float) -> float:
    """Dose at a depth over that at the surface."""
    dose = dose_around(diameter_mm)
    return dose.at_depth_Gy(depth_mm)[0] / dose.at_depth_Gy(0.0)[0]


def minutes(diameter_mm: float) -> float:
    applicator = read_device("generic-50kv").applicator(diameter_mm)
    return PRESCRIBED_Gy / (dose_around(diameter_mm).at_depth_Gy(0.0)[0] * applicator.photons_per_minute)


def electrons_for_surface(diameter_mm: float) -> float:
    """Electrons on the target for one gray at the surface, by the model's own yield."""
    device = read_device("generic-50kv")
    photons = source_spectrum(device, device.applicator(diameter_mm))[2].sum()
    return float(1.0 / (photons * dose_around(diameter_mm).at_depth_Gy(0.0)[0]))


def volume_percent(diameter_mm: float, percent: float) -> float:
    """Part of the 0-10 mm shell in water that gets so many per cent of the surface dose."""
    depth_mm = np.linspace(0.0, SHELL_mm, 1001)
    dose = np.array([relative(diameter_mm, float(depth)) for depth in depth_mm])
    radius_mm = diameter_mm / 2.0
    reached = radius_mm + float(np.interp(-percent / 100.0, -dose, depth_mm))
    return 100.0 * (reached**3 - radius_mm**3) / ((radius_mm + SHELL_mm) ** 3 - radius_mm**3)


def bare_spectrum() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    device = read_device("generic-50kv")
    return source_spectrum(device, device.applicator(40.0))


def layer_mm_Al(depth_mm: float) -> float:
    low, high, photons = bare_spectrum()
    middle = 0.5 * (low + high)
    return half_value_layer_mm_Al(middle, behind_water(middle, photons, depth_mm))


def power_of_bare_source() -> float:
    """n of r^-n between 10 and 20 mm from the source in water, a ball of water in place of the probe."""
    bare = water_dose(make_spectrum(*bare_spectrum()), PROBE_RADIUS_mm, read_material("water"), seed=1)
    near, far = (bare.at_depth_Gy(r_mm - PROBE_RADIUS_mm)[0] for r_mm in (10.0, 20.0))
    return math.log(near / far) / math.log(2.0)


OURS: dict[str, Callable[[float], float]] = {
    "surface dose over dose at 10 mm": lambda d: 1.0 / relative(d, 10.0),
    "Gy at 10 mm": lambda d: PRESCRIBED_Gy * relative(d, 10.0),
    "Gy at 7 mm": lambda d: PRESCRIBED_Gy * relative(d, 7.0),
    "V90 of the 10 mm shell in percent": lambda d: volume_percent(d, 90.0),
    "V80 of the 10 mm shell in percent": lambda d: volume_percent(d, 80.0),
    "V50 of the 10 mm shell in percent": lambda d: volume_percent(d, 50.0),
    "least dose of the 10 mm shell in Gy": lambda d: PRESCRIBED_Gy * relative(d, SHELL_mm),
    "surface dose over least dose of the 10 mm shell": lambda d: 1.0 / relative(d, SHELL_mm),
    "minutes for 20 Gy": minutes,
    "time over that of the 40 mm sphere by the model's yield":
        lambda d: electrons_for_surface(d) / electrons_for_surface(40.0),
    "minutes for 20 Gy at 40 uA by the model's yield":
        lambda d: PRESCRIBED_Gy * electrons_for_surface(d) * ELEMENTARY_CHARGE_C / CURRENT_A / SECONDS_PER_MINUTE,
    "Gy per min at the surface": lambda d: PRESCRIBED_Gy / minutes(d),
    "half-value layer near the source": lambda _: layer_mm_Al(0.0),
    "half-value layer behind 20 mm of water": lambda _: layer_mm_Al(20.0),
    "keV by the half-value layer behind 5 mm of water": lambda _: energy_of_half_value_layer_keV(layer_mm_Al(5.0)),
    "keV by the half-value layer behind 10 mm of water": lambda _: energy_of_half_value_layer_keV(layer_mm_Al(10.0)),
    "power of distance by which dose of the bare source falls 10-20 mm": lambda _: power_of_bare_source(),
}


def rows() -> list[dict[str, str]]:
    table = parse_table(TABLE.name, TABLE.read_text())
    return [dict(zip(table.columns, map(str, values), strict=True))
            for values in zip(*table.columns.values(), strict=True)]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['quantity']} {row['diameter_mm']}".strip())
def test_beside_the_published_figure(row):
    """1 % of egs_brachy's figure where there is one; 30 % of the published one, by which scales differ."""
    ours = OURS[row["quantity"]](float(row["diameter_mm"] or 0.0))
    low, high = float(row["low"]), float(row["high"] or "inf")
    published = f"{low:g}" if low == high else f"{low:g}-{high:g}" if row["high"] else f"above {low:g}"
    off = 0.0 if low <= ours <= high else ours / (low if ours < low else high) - 1.0
    print(f"| {row['quantity']}{', ' + row['diameter_mm'] + ' mm' if row['diameter_mm'] else ''} | {published} | "
          f"{ours:.3g} | {f'{100 * off:+.0f} %' if off else 'within'} | {row['source']}{MARKS[row['mark']]} |")
    assert abs(off) < LARGEST.get(row["quantity"], SCALES_DIFFER)
    if row["egs_brachy"]:
        assert ours == pytest.approx(float(row["egs_brachy"]), rel=AGREES)

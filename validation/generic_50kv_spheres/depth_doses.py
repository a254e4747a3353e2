"""Our depth doses in water outside the spheres, with enough histories to compare them."""

from __future__ import annotations

from functools import cache

from openiort.core.material_table import read_material
from openiort.device.catalogue import read_device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import WaterDose, water_dose

DIAMETERS_mm = (15, 20, 25, 30, 35, 40, 45, 50)
BATCHES = 32


@cache
def dose_of(diameter_mm: float, batches: int = BATCHES) -> WaterDose:
    device = read_device("generic-50kv")
    applicator = device.applicator(diameter_mm)
    return water_dose(make_spectrum(*source_spectrum(device, applicator)), applicator.radius_mm,
                      read_material(device.applicator_material), seed=1, batches=batches)

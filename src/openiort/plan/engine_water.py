"""The engine's depth dose in water outside the spheres of a device."""

from __future__ import annotations

from functools import cache

from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.device.catalogue import Applicator, Device
from openiort.device.source_spectrum import source_spectrum
from openiort.dose.scene import make_spectrum
from openiort.dose.water_dose import WaterDose, water_dose
from openiort.plan.treatment_time import Water


def engine_water(device: Device, seed: int, progress: Progress = silent) -> Water:
    """Applicator -> depth dose in water, calculated when it is first asked for, once a sphere."""
    sphere = read_material(device.applicator_material)

    @cache
    def run(applicator: Applicator) -> WaterDose:
        spectrum = make_spectrum(*source_spectrum(device, applicator))
        return water_dose(spectrum, applicator.radius_mm, sphere, seed=seed, progress=progress)

    return run

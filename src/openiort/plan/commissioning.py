"""A site's tables against the dose engine: what `openiort device commission` compares and fits."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.material_table import read_material
from openiort.core.progress import Progress, silent
from openiort.core.provenance import provenance
from openiort.core.table import read_table
from openiort.device.catalogue import Device, read_device
from openiort.device.commission import FITTED_SCALES, DepthDose, FilterFit, Measured, fit_filters
from openiort.device.site_tables import Filters, SiteTables
from openiort.device.source_spectrum import filter_transmission, source_spectrum
from openiort.dose.spectral_dose import GROUPS, spectral_dose
from openiort.plan.run_limits import check_seed

FloatArray = NDArray[np.float64]
DEPTHS_mm = np.arange(21.0)
TABLES = ("photons/cross_sections.csv", "photons/form_factors.csv", "photons/elements.csv", "materials.toml")


def commission(device: Device, *, seed: int = 1, progress: Progress = silent) -> FilterFit:
    """Compare a site's device with its model over the first 20 mm outside each sphere, and fit both filters.

    The scale is `compared_scale`'s; on TARGIT nothing is fitted.

    Args:
        device: an imported one.
        seed: of the random numbers.
        progress: told which sphere is being calculated.

    Raises:
        InputError: a device of the catalogue, which has nothing to be compared with; a seed that cannot be.
    """
    check_seed(seed)
    if device.site is None:
        raise InputError(f"device {device.name} has no tables of a site", where="NAME",
                         allowed="an imported device", fix="import the site's tables first (`openiort device import`)")
    scale = compared_scale(device.site)
    measured = site_depth_doses(device.site, scale)
    model = read_device(device.site.model)
    depth_dose = engine_depth_dose(model, [one.diameter_mm for one in measured], seed=seed, progress=progress)
    return fit_filters(measured, depth_dose, device.site.fitted or model.filters, dose_scale=scale)


def commission_provenance(device: Device, *, seed: int) -> dict[str, Any]:
    """What a commissioning rests on: program, seed, the site's files, tables of the engine and of the model."""
    model = device.site.model if device.site else device.name
    return provenance(seed=seed, input_sha256=device.site.sha256 if device.site else "",
                      tables=(*TABLES, device.spectrum_table, f"devices/{model}.toml"))


def compared_scale(site: SiteTables) -> str:
    """The scale that a site is commissioned on: V4.0 or Monte Carlo if it has them, else its own first."""
    return next((scale for scale in FITTED_SCALES if scale in site.dose_scales), site.dose_scale)


def site_depth_doses(site: SiteTables, dose_scale: str | None = None) -> tuple[Measured, ...]:
    """Dose rates at each whole millimetre, 0 to 20, that the tables of a scale (None: the first) cover, by sphere."""
    scale = dose_scale or site.dose_scale
    found = []
    for diameter_mm in sorted(site.transfer[scale]):
        low_mm, high_mm = site.reach_mm(scale, diameter_mm)
        r_mm = diameter_mm / 2.0 + DEPTHS_mm
        depths = DEPTHS_mm[(r_mm >= low_mm) & (r_mm <= high_mm)]
        rates = [site.rate_Gy_per_min(scale, diameter_mm, float(depth)) for depth in depths]
        found.append(Measured(diameter_mm, depths, np.array(rates)))
    return tuple(found)


def engine_depth_dose(model: Device, diameters_mm: Iterable[float], *, seed: int = 1,
                      progress: Progress = silent) -> DepthDose:
    """Dose rate to water, Gy/min, of a catalogue device with other filters; the Monte Carlo runs here, once a sphere.

    The output is that of one number of electrons per minute in all spheres, the median of the model's nominal ones.
    """
    sphere = read_material(model.applicator_material)
    wanted = [model.applicator(diameter_mm) for diameter_mm in diameters_mm]
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        now = wanted[(done - 1) // GROUPS]
        progress("depth dose in water", done / (GROUPS * len(wanted)), f"{now.diameter_mm:g} mm sphere")

    spectra = {one.diameter_mm: source_spectrum(model, one) for one in wanted}
    engine = {one.diameter_mm: spectral_dose(*spectra[one.diameter_mm], one.radius_mm, sphere, seed=seed, tick=tick)
              for one in wanted}  # fmt: skip
    electrons = electrons_per_minute(model)

    def depth_dose(filters: Filters, diameter_mm: float, depths_mm: FloatArray) -> FloatArray:
        run = engine[diameter_mm]
        passed = filter_transmission(filters.beyond(model.filters), model.applicator(diameter_mm), run.energies_keV)
        return np.asarray(electrons * (spectra[diameter_mm][2] * passed) @ run.kernel_Gy(depths_mm))

    return depth_dose


def electrons_per_minute(model: Device) -> float:
    """On the target at the model's nominal output: the median over its spheres, which differ by 3 %."""
    table = read_table(model.spectrum_table)
    return median(one.photons_per_minute / float(table[one.spectrum].sum()) for one in model.applicators)

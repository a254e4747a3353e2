"""The treatment time, and the second path that checks it.

A device of the catalogue: time by Monte Carlo and the nominal output; checked by radial water data. A site's own
device: time by the site's tables; checked by Monte Carlo, whose output does not come from these tables but from one
reference measurement of the site or, where there is none, from the model's nominal output. So a slip in the table of
one sphere shows in the check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.core.units import SECONDS_PER_MINUTE
from openiort.device.catalogue import Applicator, Device
from openiort.device.site_tables import Reference, SiteTables
from openiort.device.source_spectrum import photons_per_minute, source_spectrum
from openiort.dose.second_check import SecondCheck, second_check, verdict
from openiort.dose.water_dose import WaterDose
from openiort.plan.prescription import Prescription

Water = Callable[[Applicator], WaterDose]


@dataclass(frozen=True, slots=True)
class TreatmentTime:
    """How long, and why to believe it.

    Attributes:
        time_s: to give the prescription.
        by_scale: scale -> time for the same number of grays on each scale that the device has.
        photons: emitted; times the engine's dose per photon they give the prescription at its depth in water.
        check: by the second path.
        notes: what the user may want to know.
    """

    time_s: float
    by_scale: Mapping[str, float]
    photons: float
    check: SecondCheck
    notes: tuple[str, ...] = ()


def treatment_time(device: Device, applicator: Applicator, prescription: Prescription, water: Water) -> TreatmentTime:
    """The time by the first path and its check by the second.

    Args:
        device: of the catalogue or a site's.
        applicator: one of its spheres.
        prescription: what to give.
        water: the engine's depth dose in water outside a sphere of the device.
    """
    dose_per_photon_Gy = water(applicator).at_depth_Gy(prescription.depth_mm)[0]
    if device.site:
        return _by_tables(device, device.site, applicator, prescription, water, dose_per_photon_Gy)
    rate_Gy_per_min = dose_per_photon_Gy * applicator.photons_per_minute
    time_s = prescription.dose_Gy / rate_Gy_per_min * SECONDS_PER_MINUTE
    check = second_check(time_s, water_table=device.water_table, diameter_mm=applicator.diameter_mm,
                         depth_mm=prescription.depth_mm, dose_Gy=prescription.dose_Gy,
                         photons_per_minute=applicator.photons_per_minute)
    photons = applicator.photons_per_minute * time_s / SECONDS_PER_MINUTE
    return TreatmentTime(time_s, {prescription.dose_scale: time_s}, photons, check)


def _by_tables(device: Device, site: SiteTables, applicator: Applicator, prescription: Prescription, water: Water,
               dose_per_photon_Gy: float) -> TreatmentTime:
    by_scale, missing = _times_by_scale(site, applicator, prescription)
    time_s = by_scale[prescription.dose_scale]
    reference = site.reference(prescription.dose_scale)
    if reference:
        output = _referenced_photons_per_minute(device, applicator, reference, water)
        source = (f"Monte Carlo, output by the site's reference of {reference.date.isoformat()} "
                  f"({reference.diameter_mm:g} mm sphere, r {reference.r_mm:g} mm)")
    else:
        output = photons_per_minute(device, applicator)
        source = "Monte Carlo, nominal output of the model: the site states no reference measurement"
    check_s = prescription.dose_Gy / (dose_per_photon_Gy * output) * SECONDS_PER_MINUTE
    difference_percent = (time_s / check_s - 1.0) * 100.0
    check = SecondCheck(check_s, difference_percent, verdict(difference_percent), source)
    return TreatmentTime(time_s, by_scale, prescription.dose_Gy / dose_per_photon_Gy, check,
                         (*_notes(site, prescription.dose_scale), *missing))


def _times_by_scale(site: SiteTables, applicator: Applicator,
                    prescription: Prescription) -> tuple[dict[str, float], list[str]]:
    """Of the asked scale first; another scale where its tables reach the depth, otherwise why it has no time."""
    asked, missing = prescription.dose_scale, []
    found = {asked: site.time_s(prescription.dose_Gy, asked, applicator.diameter_mm, prescription.depth_mm)}
    for scale in site.dose_scales:
        if scale != asked:
            try:
                found[scale] = site.time_s(prescription.dose_Gy, scale, applicator.diameter_mm, prescription.depth_mm)
            except InputError as error:
                missing.append(f"no time on {scale}: {error.what}")
    return found, missing


def _referenced_photons_per_minute(device: Device, applicator: Applicator, reference: Reference,
                                   water: Water) -> float:
    """Electrons by the reference point, and photons in this applicator by the model's yield per electron."""
    there = device.applicator(reference.diameter_mm)
    dose_per_photon_Gy = water(there).at_depth_Gy(reference.depth_mm)[0]
    yields = [float(source_spectrum(device, sphere)[2].sum()) for sphere in (applicator, there)]
    return reference.rate_Gy_per_min / dose_per_photon_Gy * yields[0] / yields[1]


def _notes(site: SiteTables, dose_scale: str) -> tuple[str, ...]:
    said = [f"all doses of this plan, hers included, are on the scale {dose_scale}: the engine's doses are set to the "
            "prescription at its depth in water"]
    return (*said, site.filters_said()) if site.fitted else tuple(said)

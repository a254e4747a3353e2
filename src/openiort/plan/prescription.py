"""What is to be given: a dose to water at a depth from the applicator's surface, on a stated dose scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.device.catalogue import Applicator, Device
from openiort.device.dose_scale import DOSE_SCALES

MAX_DEPTH_mm = 30.0
MAX_DOSE_Gy = 100.0  # five times what is given at the surface; a dose in cGy lies above


@dataclass(frozen=True, slots=True)
class Prescription:
    """Dose to water in homogeneous water, as the device is calibrated.

    Attributes:
        dose_Gy: prescribed dose, above 0, at most 100.
        depth_mm: depth from the applicator's surface, 0-30.
        dose_scale: `Monte Carlo`, `TARGIT` or `V4.0` (they differ by 14-30 % at the surface).

    Raises:
        InputError: a value that is not finite or out of range, or a scale that does not exist.
    """

    dose_Gy: float
    depth_mm: float = 0.0
    dose_scale: str = "Monte Carlo"

    def __post_init__(self) -> None:
        if not 0 < self.dose_Gy <= MAX_DOSE_Gy:
            is_large = MAX_DOSE_Gy < self.dose_Gy < math.inf
            raise InputError(
                f"dose {self.dose_Gy} Gy cannot be prescribed",
                where="--dose (dose_Gy)",
                allowed=f"above 0, at most {MAX_DOSE_Gy:g} Gy",
                fix=f"is this cGy? That is {self.dose_Gy / 100:g} Gy" if is_large
                else "give the dose in Gy, 20 for instance",
            )
        if not (math.isfinite(self.depth_mm) and 0 <= self.depth_mm <= MAX_DEPTH_mm):
            raise InputError(
                f"prescription depth {self.depth_mm} mm is out of range",
                where="--depth (depth_mm)",
                allowed=f"0 to {MAX_DEPTH_mm:g} mm from the applicator's surface",
                fix="give 0 for a prescription to the surface",
            )
        if self.dose_scale not in DOSE_SCALES:
            raise InputError(
                f"dose scale '{self.dose_scale}' is unknown",
                where="--dose-scale (dose_scale)",
                allowed=", ".join(DOSE_SCALES),
                fix="name the scale on which the dose is meant",
            )


def prescribe(device: Device, dose_Gy: float, depth_mm: float = 0.0, dose_scale: str | None = None) -> Prescription:
    """A prescription that a device can give; its own dose scale where none is named.

    Raises:
        InputError: as `Prescription`; a scale that the device has no data on.
    """
    prescription = Prescription(dose_Gy, depth_mm, dose_scale or device.dose_scales[0])
    if prescription.dose_scale not in device.dose_scales:
        raise InputError(
            f"device {device.name} has no data on the dose scale '{prescription.dose_scale}'",
            where="--dose-scale (dose_scale)",
            allowed=", ".join(device.dose_scales),
            fix="no public conversion between the scales exists: only a site's own tables can bring this one",
        )
    return prescription


def check_reach(device: Device, applicator: Applicator, prescription: Prescription) -> None:
    """Refuse what a site's own tables do not reach; a device of the catalogue reaches every depth.

    Raises:
        InputError: a depth, or a sphere on that scale, that the site has not measured.
    """
    if device.site:
        device.site.rate_Gy_per_min(prescription.dose_scale, applicator.diameter_mm, prescription.depth_mm)

"""A site's own device: what the site measured of its source and its spheres, on each scale that it has.

The dose rate outside a sphere in water is bare rate(r) x transfer coefficient(r) x output factor; r is the distance
from the source.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.core.units import SECONDS_PER_MINUTE
from openiort.device.radial_table import RadialTable

OUTPUT_FACTORS = (0.5, 1.5)
MAX_DEPTH_mm = 30.0


@dataclass(frozen=True, slots=True)
class Filters:
    """Effective filters of a source model, mm of aluminium.

    Attributes:
        source_mm_Al: in the beam of every sphere.
        hardening_mm_Al: on top of it in the spheres that have a hardening filter.
    """

    source_mm_Al: float = 0.0
    hardening_mm_Al: float = 0.0

    def beyond(self, other: Filters) -> Filters:
        """What these have more than others."""
        return Filters(self.source_mm_Al - other.source_mm_Al, self.hardening_mm_Al - other.hardening_mm_Al)


@dataclass(frozen=True, slots=True)
class FilterUncertainty:
    """Standard uncertainties (k = 1) of fitted filters; None where the data do not tell.

    Attributes:
        source_mm_Al: as in `Filters`.
        hardening_mm_Al: likewise.
        correlation: between the two.
    """

    source_mm_Al: float | None = None
    hardening_mm_Al: float | None = None
    correlation: float | None = None


NOT_KNOWN = FilterUncertainty()


@dataclass(frozen=True, slots=True)
class Reference:
    """A dose rate that the site measured at one point in water by other means than its tables.

    Attributes:
        dose_scale: whose calibration it rests on.
        diameter_mm: of the sphere round the source.
        r_mm: from the source.
        rate_Gy_per_min: dose rate to water there.
        date: of the measurement.
    """

    dose_scale: str
    diameter_mm: float
    r_mm: float
    rate_Gy_per_min: float
    date: datetime.date

    @property
    def depth_mm(self) -> float:
        """From the sphere's surface."""
        return self.r_mm - self.diameter_mm / 2.0


@dataclass(frozen=True, slots=True)
class SiteTables:
    """Everything a site states about its device.

    Attributes:
        name: of the device, as in `--device`.
        title: one line for people.
        model: device of the catalogue whose spectrum and spheres the Monte Carlo takes.
        source_id: serial number of the source.
        dose_scale: scale of a prescription that names none.
        calibrated: when the tables were measured.
        valid_days: how long the site trusts them.
        measured_by: who, how, report number.
        output_factor: today's output over that of the tables.
        output_date: when it was measured.
        output_valid_days: how long the site trusts it; None if it does not say.
        output_origin: how it was found, for people.
        bare: dose scale -> rate of the bare probe, Gy/min.
        transfer: dose scale -> diameter of a sphere -> transfer coefficient.
        references: independent points for the Monte Carlo, at most one a scale.
        fitted: effective filters fitted to these tables; None if the model's own are used.
        fitted_uncertainty: of these.
        version: of the import, 1 for the first; 0 where it was not imported.
        sha256: of all its files.

    Raises:
        InputError: a scale without tables, an output factor out of range.
    """

    name: str
    title: str
    model: str
    source_id: str
    dose_scale: str
    calibrated: datetime.date
    valid_days: int
    measured_by: str
    output_factor: float
    output_date: datetime.date
    output_valid_days: int | None
    output_origin: str
    bare: Mapping[str, RadialTable]
    transfer: Mapping[str, Mapping[float, RadialTable]]
    references: tuple[Reference, ...] = ()
    fitted: Filters | None = None
    fitted_uncertainty: FilterUncertainty = NOT_KNOWN
    version: int = 0
    sha256: str = ""

    def __post_init__(self) -> None:
        low, high = OUTPUT_FACTORS
        if not (math.isfinite(self.output_factor) and low <= self.output_factor <= high):
            raise InputError(f"output factor {self.output_factor:g} cannot be right", where="device.toml, [output]",
                             allowed=f"{low:g} to {high:g}, 1 for an output as when the tables were measured",
                             fix="correct it, or measure the tables anew")
        if self.dose_scale not in self.bare:
            raise InputError(f"no bare_probe table is on the dose scale '{self.dose_scale}'",
                             where="device.toml, dose_scale", allowed=", ".join(self.bare),
                             fix="name a scale that has a table, or add that table")

    @property
    def dose_scales(self) -> tuple[str, ...]:
        """Scales with tables, that of a plain prescription first."""
        return (self.dose_scale, *(scale for scale in self.bare if scale != self.dose_scale))

    @property
    def diameters_mm(self) -> tuple[float, ...]:
        """Spheres measured on the first scale."""
        return tuple(sorted(self.transfer[self.dose_scale]))

    def reach_mm(self, dose_scale: str, diameter_mm: float) -> tuple[float, float]:
        """Least and greatest distance from the source, outside the sphere, that both tables cover.

        Raises:
            InputError: the site has not measured that sphere on that scale.
        """
        if diameter_mm not in self.transfer.get(dose_scale, {}):
            known = ", ".join(f"{d:g}" for d in sorted(self.transfer.get(dose_scale, {})))
            raise InputError(f"the site has not measured a sphere of {diameter_mm:g} mm on the scale {dose_scale}",
                             where=f"device {self.name}", allowed=f"{known} mm" if known else ", ".join(self.bare),
                             fix="choose one of these, or measure that sphere and import the tables again")
        both = (self.bare[dose_scale], self.transfer[dose_scale][diameter_mm])
        return (max(diameter_mm / 2.0, *(table.first_mm for table in both)), min(table.last_mm for table in both))

    def rate_Gy_per_min(self, dose_scale: str, diameter_mm: float, depth_mm: float) -> float:
        """Dose rate to water outside a sphere.

        Raises:
            InputError: a sphere, scale or depth that the site has not measured.
        """
        low_mm, high_mm = self.reach_mm(dose_scale, diameter_mm)
        r_mm = diameter_mm / 2.0 + depth_mm
        if not low_mm <= r_mm <= high_mm:
            raise InputError(
                f"depth {depth_mm:g} mm outside the {diameter_mm:g} mm sphere is not covered by the site's tables",
                where=f"device {self.name}, scale {dose_scale}",
                allowed=f"{low_mm - diameter_mm / 2:g} to {high_mm - diameter_mm / 2:g} mm",
                fix="choose another depth, or measure there and import the tables again",
            )
        bare, transfer = self.bare[dose_scale], self.transfer[dose_scale][diameter_mm]
        return bare.at(r_mm) * transfer.at(r_mm) * self.output_factor

    def time_s(self, dose_Gy: float, dose_scale: str, diameter_mm: float, depth_mm: float) -> float:
        """Treatment time: dose / (bare rate x transfer coefficient x output factor)."""
        return dose_Gy / self.rate_Gy_per_min(dose_scale, diameter_mm, depth_mm) * SECONDS_PER_MINUTE

    def reference(self, dose_scale: str) -> Reference | None:
        """The independent point on that scale."""
        return next((point for point in self.references if point.dose_scale == dose_scale), None)

    def filters_said(self) -> str:
        """The fitted filters in words; empty if there are none."""
        if self.fitted is None:
            return ""
        sigma = self.fitted_uncertainty
        source = _with_uncertainty(self.fitted.source_mm_Al, sigma.source_mm_Al)
        hardening = _with_uncertainty(self.fitted.hardening_mm_Al, sigma.hardening_mm_Al)
        together = "" if sigma.correlation is None else f", correlation {sigma.correlation:+.2f}"
        return (f"the model's filters were fitted to the site's depth doses: {source} in all spheres, {hardening} more "
                f"in the small ones{together}")

    def age_warnings(self, today: datetime.date) -> tuple[str, ...]:
        """What is older than the site allows itself."""
        found = []
        for what, date, days in (("tables", self.calibrated, self.valid_days),
                                 ("output factor", self.output_date, self.output_valid_days)):
            age_days = (today - date).days
            if days is not None and age_days > days:
                found.append(f"the site's {what} of {date.isoformat()} are {age_days} days old, {days} are allowed")
        return tuple(found)

    def remarks(self) -> tuple[str, ...]:
        """What deserves a look before the tables are used: depths not covered, values that stand out."""
        found = []
        for scale, spheres in self.transfer.items():
            for diameter_mm in sorted(spheres):
                found += self._not_covered(scale, diameter_mm)
        tables = [*self.bare.values(), *(t for spheres in self.transfer.values() for t in spheres.values())]
        found += [line for table in tables for line in table.typos()]
        return tuple(dict.fromkeys(found))

    def _not_covered(self, dose_scale: str, diameter_mm: float) -> list[str]:
        low_mm, high_mm = self.reach_mm(dose_scale, diameter_mm)
        first_mm, last_mm = diameter_mm / 2.0, diameter_mm / 2.0 + MAX_DEPTH_mm
        sphere = f"{diameter_mm:g} mm sphere, scale {dose_scale}: depths"
        missing = []
        if low_mm > first_mm:
            missing.append(f"{sphere} 0 to {low_mm - first_mm:g} mm are not covered")
        if high_mm < last_mm:
            missing.append(f"{sphere} {high_mm - first_mm:g} to {MAX_DEPTH_mm:g} mm are not covered")
        return missing


def _with_uncertainty(filter_mm_Al: float, sigma_mm_Al: float | None) -> str:
    spread = " (uncertainty not known)" if sigma_mm_Al is None else f" +- {sigma_mm_Al:.3f} (k=1)"
    return f"{filter_mm_Al:.3f} mm Al{spread}"

"""The devices that can be planned with: catalogue files in `tables/devices/`, and what sites have imported."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from openiort.core.errors import InputError
from openiort.core.table import read_toml, table_names
from openiort.device.site_store import read_stored, stored_names
from openiort.device.site_tables import Filters, SiteTables

REFERENCE_DOSE_Gy = 20.0
NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Applicator:
    """A spherical applicator.

    Attributes:
        diameter_mm: of the sphere.
        spectrum: column of the device's spectrum table that leaves the source inside it.
        photons_per_minute: emitted by the source; with a dose per photon it gives a dose rate.
        output_mark: where that comes from: `published` time, `fitted` to the model's relative output, or `measured` by
            the site.
        surface_time_min: time for the reference dose at the surface.
        hardened: whether it has the hardening filter.
    """

    diameter_mm: float
    spectrum: str
    photons_per_minute: float
    output_mark: str
    surface_time_min: float
    hardened: bool = False

    @property
    def radius_mm(self) -> float:
        """Of the sphere."""
        return self.diameter_mm / 2.0


@dataclass(frozen=True, slots=True)
class Device:
    """A source with its applicators.

    Attributes:
        name: as in `--device`.
        title: one line for people.
        dose_scales: scales a prescription may be on.
        time_word: what the treatment time is called (`nominal`); empty where it rests on a site's own tables.
        applicator_material: name in `tables/materials.toml`.
        spectrum_table: file below `tables/`.
        water_table: file below `tables/` with the radial water doses of the second check.
        applicators: by rising diameter.
        warnings: said with every plan on this device.
        sources: citations.
        filters: effective filters that are in the spectra of the table already.
        added_filters: what the spectra have beyond that: fitted to the site's depth doses.
        site: the site's own tables; None for a device of the catalogue.
    """

    name: str
    title: str
    dose_scales: tuple[str, ...]
    time_word: str
    applicator_material: str
    spectrum_table: str
    water_table: str
    applicators: tuple[Applicator, ...]
    warnings: tuple[str, ...]
    sources: tuple[str, ...]
    filters: Filters = NO_FILTERS
    added_filters: Filters = NO_FILTERS
    site: SiteTables | None = None

    @property
    def exact_name(self) -> str:
        """What `read_device` reads just this device by: a site's with its version."""
        return f"{self.name}@{self.site.version}" if self.site and self.site.version else self.name

    def applicator(self, diameter_mm: float) -> Applicator:
        """The applicator of that diameter.

        Raises:
            InputError: the device has none; the error lists its sizes.
        """
        for candidate in self.applicators:
            if candidate.diameter_mm == diameter_mm:
                return candidate
        reason = "is not among the sizes of" if self.site is None else "has not been measured by the site of"
        raise InputError(
            f"applicator diameter {diameter_mm:g} mm {reason} {self.name}",
            where="--applicator (applicator_mm)",
            allowed=", ".join(f"{a.diameter_mm:g}" for a in self.applicators) + " mm",
            fix=f"choose one of these (`openiort device show {self.name}`)",
        )


def time_origin(device: Device) -> str:
    """What the treatment time rests on, in words to stand in brackets behind it."""
    return device.time_word or "by the site's own tables"


def model_names() -> list[str]:
    """Names in the catalogue, sorted."""
    return table_names("devices", ".toml")


def device_names() -> list[str]:
    """Names in the catalogue and of the imported devices, each sorted."""
    return [*model_names(), *stored_names()]


def read_device(name: str, today: datetime.date | None = None) -> Device:
    """The device of that name.

    Args:
        name: in the catalogue or imported; `NAME@2` is version 2 of an imported one, `NAME` its newest.
        today: to judge the age of a site's tables; today by default.

    Raises:
        InputError: there is none; the error lists what there is.
    """
    plain, _, version = name.partition("@")
    if name in model_names():
        return _model(name, read_toml(f"devices/{name}.toml"))
    if plain not in stored_names() or (version and not version.isdecimal()):
        raise InputError(
            f"device '{name}' is unknown",
            where="--device (device)",
            allowed=", ".join(device_names()),
            fix="choose one of these (`openiort device list`)",
        )
    tables = read_stored(plain, int(version) if version else None)
    return site_device(tables, today or datetime.date.today())


def site_model(tables: SiteTables) -> Device:
    """The device of the catalogue whose spectrum and spheres a site's device takes.

    Raises:
        InputError: the catalogue has no such model.
    """
    if tables.model not in model_names():
        raise InputError(f"model '{tables.model}' is unknown", where="device.toml, model",
                         allowed=", ".join(model_names()), fix="name the device of the catalogue that is most alike")
    return read_device(tables.model)


def site_device(tables: SiteTables, today: datetime.date) -> Device:
    """A device that is planned by a site's own tables: the model's spectrum, the spheres that the site measured.

    Raises:
        InputError: the catalogue has no such model, or the model no such sphere.
    """
    model = site_model(tables)
    scale = tables.dose_scale
    applicators = tuple(
        replace(model.applicator(diameter_mm), output_mark="measured",
                surface_time_min=_surface_time_min(tables, diameter_mm))
        for diameter_mm in tables.diameters_mm
    )  # fmt: skip
    measured = f"{tables.measured_by}; {tables.calibrated.isoformat()}, source {tables.source_id}"
    output = f"output factor {tables.output_factor:.4g} of {tables.output_date.isoformat()}, {tables.output_origin}"
    return replace(
        model, name=tables.name, title=tables.title, dose_scales=tables.dose_scales, time_word="",
        applicators=applicators, warnings=tables.age_warnings(today),
        sources=(f"time: {measured}, scale {scale}", output, *(f"model: {source}" for source in model.sources)),
        added_filters=tables.fitted.beyond(model.filters) if tables.fitted else NO_FILTERS, site=tables,
    )  # fmt: skip


def _surface_time_min(tables: SiteTables, diameter_mm: float) -> float:
    """Not a number where the tables do not reach the surface."""
    low_mm, _ = tables.reach_mm(tables.dose_scale, diameter_mm)
    if low_mm > diameter_mm / 2.0:
        return float("nan")
    return REFERENCE_DOSE_Gy / tables.rate_Gy_per_min(tables.dose_scale, diameter_mm, 0.0)


def _model(name: str, entry: dict[str, Any]) -> Device:
    applicators = sorted((Applicator(**item) for item in entry["applicator"]), key=lambda a: a.diameter_mm)
    values: dict[str, Any] = {key: tuple(entry[key]) for key in ("dose_scales", "warnings", "sources")}
    texts = ("title", "time_word", "applicator_material", "spectrum_table", "water_table")
    filters = Filters(entry["source_filter_mm_Al"], entry["hardening_filter_mm_Al"])
    return Device(name=name, applicators=tuple(applicators), filters=filters, **values,
                  **{key: entry[key] for key in texts})

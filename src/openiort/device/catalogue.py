"""The devices that can be planned with: catalogue files in `tables/devices/`, one a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openiort.core.errors import InputError
from openiort.core.table import read_toml, table_names


@dataclass(frozen=True, slots=True)
class Applicator:
    """A spherical applicator.

    Attributes:
        diameter_mm: of the sphere.
        spectrum: column of the device's spectrum table that leaves the source inside it.
        photons_per_minute: emitted by the source; with a dose per photon it gives a dose rate.
        output_mark: where that comes from: `published` time, `measured` at a site, or `fitted` to the model's
            relative output.
        surface_time_min: nominal time for the reference dose at the surface.
    """

    diameter_mm: float
    spectrum: str
    photons_per_minute: float
    output_mark: str
    surface_time_min: float

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
        time_word: what the treatment time is called (`nominal`).
        applicator_material: name in `tables/materials.toml`.
        spectrum_table: file below `tables/`.
        water_table: file below `tables/` with the radial water doses of the second check.
        applicators: by rising diameter.
        warnings: said with every plan on this device.
        sources: citations.
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

    def applicator(self, diameter_mm: float) -> Applicator:
        """The applicator of that diameter.

        Raises:
            InputError: the device has none; the error lists its sizes.
        """
        for candidate in self.applicators:
            if candidate.diameter_mm == diameter_mm:
                return candidate
        raise InputError(
            f"applicator diameter {diameter_mm:g} mm is not among the sizes of {self.name}",
            where="--applicator (applicator_mm)",
            allowed=", ".join(f"{a.diameter_mm:g}" for a in self.applicators) + " mm",
            fix=f"choose one of these (`openiort device show {self.name}`)",
        )


def device_names() -> list[str]:
    """Names in the catalogue, sorted."""
    return table_names("devices", ".toml")


def read_device(name: str) -> Device:
    """The device of that name.

    Raises:
        InputError: not in the catalogue; the error lists what is.
    """
    if name not in device_names():
        raise InputError(
            f"device '{name}' is unknown",
            where="--device (device)",
            allowed=", ".join(device_names()),
            fix="choose one of these (`openiort device list`)",
        )
    return _device(name, read_toml(f"devices/{name}.toml"))


def _device(name: str, entry: dict[str, Any]) -> Device:
    applicators = sorted((Applicator(**item) for item in entry["applicator"]), key=lambda a: a.diameter_mm)
    values: dict[str, Any] = {key: tuple(entry[key]) for key in ("dose_scales", "warnings", "sources")}
    texts = ("title", "time_word", "applicator_material", "spectrum_table", "water_table")
    return Device(name=name, applicators=tuple(applicators), **values, **{key: entry[key] for key in texts})

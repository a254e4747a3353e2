"""Import of a site's folder: read, checked against itself and the model, kept as a version."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from openiort.core.errors import InputError
from openiort.device.catalogue import model_names, site_device, site_model
from openiort.device.model_output import check_magnitude, check_spheres
from openiort.device.read_site import filters_text, imported, read_site
from openiort.device.site_files import FITTED, read_site_files
from openiort.device.site_store import add_version, stored_files
from openiort.device.site_tables import NOT_KNOWN, Filters, FilterUncertainty, SiteTables


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gave.

    Attributes:
        tables: with their version.
        is_new: False where the same files had been imported before.
        remarks: what deserves a look.
    """

    tables: SiteTables
    is_new: bool
    remarks: tuple[str, ...]


def import_site(folder: str | Path, *, today: datetime.date | None = None) -> Imported:
    """Check a folder and keep it as a new version; docs/device.md describes its files.

    Args:
        folder: with `device.toml`, `bare_probe.csv` and `transfer.csv` at least; it is only read.
        today: no date may lie after it; today by default.

    Raises:
        InputError: anything that cannot be planned with; nothing is kept then.
    """
    day = today or datetime.date.today()
    files, left_alone = read_site_files(folder)
    tables = read_site(files, today=day)
    if tables.name in model_names():
        raise InputError(f"'{tables.name}' is a device of the catalogue", where="device.toml, name",
                         allowed="a name of its own", fix="choose another name")
    model = site_model(tables)
    check_spheres(tables, model)
    remarks = (*check_magnitude(tables, model), *tables.remarks(), *site_device(tables, day).warnings,
               *_unused(left_alone), *_no_reference(tables))
    version, is_new = add_version(tables.name, files)
    return Imported(imported(tables, version), is_new, remarks)


def _unused(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return ()
    shown = ", ".join(name[:40] for name in names[:3]) + ("" if len(names) <= 3 else f" and {len(names) - 3} more")
    return (f"not used: {shown}",)


def _no_reference(tables: SiteTables) -> tuple[str, ...]:
    return tuple(f"scale {scale}: no [[reference]] measurement, so the Monte Carlo check of a time will rest on the "
                 "model's nominal output" for scale in tables.dose_scales if tables.reference(scale) is None)


def save_filters(tables: SiteTables, fitted: Filters,
                 uncertainty: FilterUncertainty = NOT_KNOWN) -> tuple[int, bool]:
    """Keep fitted filters beside a site's tables, as a new version.

    Args:
        tables: as read from the store.
        fitted: filters of the whole beam, the model's own among them.
        uncertainty: of these.

    Returns:
        Number of the version, and whether it is new.
    """
    files = stored_files(tables.name, tables.version) | {FITTED: filters_text(fitted, uncertainty)}
    return add_version(tables.name, files)

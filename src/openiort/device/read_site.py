"""From the texts of a site's folder to its checked tables; docs/device.md describes the files."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import astuple, replace

from openiort.core.errors import InputError
from openiort.device.chamber_correction import k_TP
from openiort.device.csv_columns import CSVColumns, read_columns
from openiort.device.dose_scale import DOSE_SCALES
from openiort.device.radial_table import RadialTable
from openiort.device.site_files import DESCRIPTION, FITTED, OUTPUT_CHECK
from openiort.device.site_tables import Filters, FilterUncertainty, Reference, SiteTables
from openiort.device.toml_fields import Fields, parse_toml

FORMAT = 1
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
BARE_COLUMNS = ("r_mm", "Gy_per_min")
TRANSFER_COLUMNS = ("diameter_mm", "r_mm", "transfer_coefficient")
CHECK_COLUMNS = ("date", "reading_nC", "temperature_C", "pressure_kPa")
COEFFICIENTS = (0.02, 5.0)
DIAMETERS_mm = (5.0, 100.0)
LARGEST_FILTER_mm_Al = 10.0
ROUNDING_mm = 0.05
FITTED_KEYS = ("source_filter_mm_Al", "hardening_filter_mm_Al", "source_uncertainty_mm_Al",
               "hardening_uncertainty_mm_Al", "correlation")


def read_site(files: Mapping[str, str], *, today: datetime.date) -> SiteTables:
    """Parse and check everything.

    Args:
        files: name -> text, as `read_site_files` gives them.
        today: no date may lie after it.

    Raises:
        InputError: the first thing that is wrong, with its file and line or field.
    """
    top = Fields(parse_toml(DESCRIPTION, files[DESCRIPTION]), DESCRIPTION)
    top.only("format", "name", "title", "model", "source_id", "dose_scale", "calibrated", "valid_days", "measured_by",
             "output", "reference")
    top.whole("format", FORMAT, FORMAT)
    bare = _bare_tables(files)
    output = top.table("output")
    factor, date, origin = _output(output, files, today)
    valid_days = output.whole("valid_days", 1, 3660) if "valid_days" in output.values else None
    fitted, uncertainty = read_filters(files[FITTED]) if FITTED in files else (None, FilterUncertainty())
    tables = SiteTables(
        name=checked_name(top.text("name")), title=top.text("title"), model=top.text("model"),
        source_id=top.text("source_id"), dose_scale=_scale(top.text("dose_scale"), f"{DESCRIPTION}, dose_scale"),
        calibrated=top.day("calibrated", today), valid_days=top.whole("valid_days", 1, 3660),
        measured_by=top.text("measured_by"), output_factor=factor, output_date=date, output_valid_days=valid_days,
        output_origin=origin, bare=bare, transfer=_transfer_tables(files, bare),
        references=_references(top.tables("reference"), today),
        fitted=fitted, fitted_uncertainty=uncertainty, sha256=files_sha256(files),
    )  # fmt: skip
    _check_references(tables)
    for scale, spheres in tables.transfer.items():
        for diameter_mm in spheres:
            _check_overlap(tables, scale, diameter_mm)
    return tables


def checked_name(name: str) -> str:
    """The name of a site's device, which is also that of a folder.

    Raises:
        InputError: anything but small letters, digits and hyphens.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"'{name[:60]}' cannot name a device", where=f"{DESCRIPTION}, name",
                         allowed="1 to 40 small letters, digits and hyphens, no hyphen first", fix="choose such a name")
    return name


def files_sha256(files: Mapping[str, str]) -> str:
    """One hash of names and texts."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name].encode()).hexdigest()}\n".encode())
    return digest.hexdigest()


def filters_text(fitted: Filters, uncertainty: FilterUncertainty) -> str:
    """What `read_filters` reads; an uncertainty that is not known is left out."""
    values = (*astuple(fitted), *astuple(uncertainty))
    lines = [f"{key} = {value:.6f}" for key, value in zip(FITTED_KEYS, values, strict=True) if value is not None]
    title = "# effective filters fitted to this site's depth doses by `openiort device commission`; uncertainties k = 1"
    return "\n".join([title, *lines]) + "\n"


def read_filters(text: str) -> tuple[Filters, FilterUncertainty]:
    """Effective filters from the text of `fitted.toml`, and how certain they are."""
    fields = Fields(parse_toml(FITTED, text), FITTED)
    fields.only(*FITTED_KEYS)
    numbers = {key: fields.number(key) for key in FITTED_KEYS if key in FITTED_KEYS[:2] or key in fields.values}
    for key, value in numbers.items():
        low, high = (-1.0, 1.0) if key == "correlation" else (0.0, LARGEST_FILTER_mm_Al)
        _within(value, (low, high), f"as {key}", FITTED, "commission the device again")
    return Filters(*(numbers[key] for key in FITTED_KEYS[:2])), FilterUncertainty(*map(numbers.get, FITTED_KEYS[2:]))


def _scale(text: str, where: str) -> str:
    if text not in DOSE_SCALES:
        raise InputError(f"dose scale '{text[:40]}' is unknown", where=where, allowed=", ".join(DOSE_SCALES),
                         fix="name the scale of the calibration that the numbers rest on")
    return text


def _scale_of(table: CSVColumns, stem: str) -> str:
    """Scale in the head of a file; the one in its name, if there is one, must be the same."""
    if "scale" not in table.head:
        raise InputError("the head does not say on which dose scale the numbers are", where=table.name,
                         allowed="a line such as `# scale: V4.0`; " + ", ".join(DOSE_SCALES), fix="add that line")
    scale = _scale(table.head["scale"], f"{table.name}, head")
    named = table.name.removesuffix(".csv").removeprefix(stem).lstrip("_")
    if named and named.replace("_", " ") != scale:
        raise InputError(f"the head says scale {scale}, the file's name {named}", where=table.name,
                         allowed="the same in both", fix="correct one of them")
    return scale


def _named(files: Mapping[str, str], stem: str, columns: tuple[str, ...]) -> list[CSVColumns]:
    found = [read_columns(name, files[name], columns) for name in sorted(files) if name.startswith(stem)]
    if not found:
        raise InputError(f"{stem}.csv is missing", where="FOLDER", allowed=f"columns {', '.join(columns)}",
                         fix="docs/device.md shows a complete folder")
    return found


def _bare_tables(files: Mapping[str, str]) -> dict[str, RadialTable]:
    found: dict[str, RadialTable] = {}
    for table in _named(files, "bare_probe", BARE_COLUMNS):
        scale = _scale_of(table, "bare_probe")
        if scale in found:
            raise InputError(f"a second table on the scale {scale}", where=table.name, allowed="one a scale",
                             fix="take one of them out")
        found[scale] = RadialTable(table.numbers("r_mm"), table.numbers("Gy_per_min"), 2.0, True, table.name)
    return found


def _transfer_tables(files: Mapping[str, str],
                     bare: Mapping[str, RadialTable]) -> dict[str, dict[float, RadialTable]]:
    """By scale; a transfer.csv that names no scale serves every scale that has no table of its own."""
    found: dict[str, dict[float, RadialTable]] = {}
    for table in _named(files, "transfer", TRANSFER_COLUMNS):
        serves_all = table.name == "transfer.csv" and "scale" not in table.head
        scales = tuple(bare) if serves_all else (_scale_of(table, "transfer"),)
        spheres = _spheres(table)
        found |= {scale: spheres for scale in scales}  # transfer.csv sorts before transfer_SCALE.csv
    missing = [scale for scale in bare if scale not in found]
    if missing:
        raise InputError(f"no transfer coefficients for the scale {missing[0]}", where="FOLDER",
                         allowed="transfer.csv for all scales, transfer_SCALE.csv for one", fix="add one of them")
    return {scale: found[scale] for scale in bare}


def _spheres(table: CSVColumns) -> dict[float, RadialTable]:
    rows: dict[float, list[tuple[float, float]]] = {}
    places: dict[float, str] = {}
    columns = (table.numbers(name) for name in TRANSFER_COLUMNS)
    for line, diameter_mm, r_mm, coefficient in zip(table.lines, *columns, strict=True):
        where = f"{table.name}, line {line}"
        _within(diameter_mm, DIAMETERS_mm, "mm as the diameter of a sphere", where, "give diameters in mm")
        _within(coefficient, COEFFICIENTS, "as a transfer coefficient", where,
                "give the ratio of the two dose rates, not per cent")
        if r_mm < diameter_mm / 2.0 - ROUNDING_mm:
            raise InputError(f"r = {r_mm:g} mm lies inside the {diameter_mm:g} mm sphere", where=where,
                             allowed=f"r from the source, from {diameter_mm / 2:g} mm outwards",
                             fix="give r from the source (not from the surface), in mm")
        rows.setdefault(diameter_mm, []).append((r_mm, coefficient))
        places.setdefault(diameter_mm, f"{table.name}, from line {line}, {diameter_mm:g} mm sphere")
    return {
        diameter_mm: RadialTable(tuple(r for r, _ in pairs), tuple(c for _, c in pairs), 0.0, False,
                                 places[diameter_mm])
        for diameter_mm, pairs in rows.items()
    }  # fmt: skip


def _within(value: float, bounds: tuple[float, float], what: str, where: str, fix: str) -> None:
    if not (math.isfinite(value) and bounds[0] <= value <= bounds[1]):
        raise InputError(f"{value:g} {what}", where=where, allowed=f"{bounds[0]:g} to {bounds[1]:g}", fix=fix)


def _output(fields: Fields, files: Mapping[str, str], today: datetime.date) -> tuple[float, datetime.date, str]:
    """Output factor, its date and where it comes from: stated, or the mean of the latest day's readings."""
    reading_keys = ("reference_reading_nC", "reference_temperature_C", "reference_pressure_kPa")
    fields.only("factor", "date", "valid_days", *reading_keys)
    if OUTPUT_CHECK not in files:
        return fields.number("factor"), fields.day("date", today), "stated by the site"
    if "factor" in fields.values:
        raise InputError(f"both a factor and {OUTPUT_CHECK} are given", where=fields.where, allowed="one of them",
                         fix="take one out, so that it is clear which one counts")
    table = read_columns(OUTPUT_CHECK, files[OUTPUT_CHECK], CHECK_COLUMNS)
    dates = [_date(text, f"{OUTPUT_CHECK}, line {n}", today)
             for n, text in zip(table.lines, table.columns["date"], strict=True)]  # fmt: skip
    reference_nC, reference_temperature_C, reference_pressure_kPa = (fields.number(key) for key in reading_keys)
    factors = [
        reading_nC / reference_nC * k_TP(temperature_C, pressure_kPa, reference_temperature_C=reference_temperature_C,
                                         reference_pressure_kPa=reference_pressure_kPa)
        for date, reading_nC, temperature_C, pressure_kPa
        in zip(dates, *(table.numbers(name) for name in CHECK_COLUMNS[1:]), strict=True) if date == max(dates)
    ] if reference_nC > 0 else [math.nan]  # fmt: skip
    origin = f"{len(factors)} reading{'s' * (len(factors) > 1)} of a chamber, corrected for temperature and pressure"
    return sum(factors) / len(factors), max(dates), origin


def _date(text: str, where: str, today: datetime.date) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"'{text[:40]}' is not a date", where=where, allowed="such as 2026-05-04",
                         fix="correct it") from None
    if found > today:
        raise InputError(f"{text} lies in the future", where=where, allowed="a date in the past", fix="correct it")
    return found


def _references(tables: list[Fields], today: datetime.date) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for fields in tables:
        fields.only("dose_scale", "diameter_mm", "r_mm", "Gy_per_min", "date")
        scale = _scale(fields.text("dose_scale"), fields.where)
        point = Reference(scale, fields.number("diameter_mm"), fields.number("r_mm"), fields.number("Gy_per_min"),
                          fields.day("date", today))
        _within(point.depth_mm, (0.0, 40.0), "mm from the sphere's surface", fields.where,
                "r_mm counts from the source and must lie outside the sphere")
        _within(point.rate_Gy_per_min, (1e-4, 1e3), "Gy per minute", fields.where, "give Gy per minute")
        if any(scale == other.dose_scale for other in found):
            raise InputError(f"a second reference on the scale {scale}", where=fields.where, allowed="one a scale",
                             fix="take one of them out")
        found.append(point)
    return tuple(found)


def _check_references(tables: SiteTables) -> None:
    """Each must be on a scale that has tables: a check on another scale would compare nothing."""
    for point in tables.references:
        if point.dose_scale not in tables.bare:
            raise InputError(f"a reference on the scale {point.dose_scale}, which has no tables",
                             where=f"{DESCRIPTION}, [[reference]]", allowed=", ".join(tables.bare),
                             fix="add the tables or take the reference out")


def _check_overlap(tables: SiteTables, dose_scale: str, diameter_mm: float) -> None:
    low_mm, high_mm = tables.reach_mm(dose_scale, diameter_mm)
    if high_mm <= low_mm:
        bare, transfer = tables.bare[dose_scale], tables.transfer[dose_scale][diameter_mm]
        raise InputError(
            f"nothing outside the {diameter_mm:g} mm sphere is covered: the bare rate reaches from {bare.first_mm:g} "
            f"to {bare.last_mm:g} mm, the transfer coefficient from {transfer.first_mm:g} to {transfer.last_mm:g} mm",
            where=transfer.where, allowed=f"r from the source, from {diameter_mm / 2:g} mm outwards",
            fix="give r from the source (not from the surface), in mm",
        )


def imported(tables: SiteTables, version: int) -> SiteTables:
    """The same tables as one version of the store."""
    return replace(tables, version=version)

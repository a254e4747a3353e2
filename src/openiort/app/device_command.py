"""`openiort device list`, `show` and `import`: the catalogue and what sites have imported."""

from __future__ import annotations

import datetime
import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from openiort.app.commission_command import commission_command
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError
from openiort.device.catalogue import Applicator, Device, device_names, read_device
from openiort.device.site_store import versions

device_commands = typer.Typer(help="Devices that can be planned with.", no_args_is_help=True)
device_commands.command("commission")(commission_command)


@device_commands.command("list")
def device_list(as_json: JsonOption = False) -> None:
    """List the devices of the catalogue and the imported ones."""
    devices = []
    for name in device_names():
        try:
            devices.append(read_device(name))
        except InputError as error:  # one that cannot be read hides no other
            typer.echo(f"device {name} cannot be used: {error.text()}", err=True)
    if as_json:
        print_json([_summary(device) for device in devices])
        return
    for device in devices:
        typer.echo(f"{device.name}\n  {device.title}")
        typer.echo(f"  spheres: {', '.join(f'{a.diameter_mm:g}' for a in device.applicators)} mm")
        typer.echo(f"  dose scales: {', '.join(device.dose_scales)}")
        if device.site:
            typer.echo(f"  imported, versions {', '.join(map(str, versions(device.name)))}")


@device_commands.command("show")
def device_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `openiort device list` gives it.")],
    as_json: JsonOption = False,
) -> None:
    """Show one device: spheres, output, dose scales, warnings and sources."""
    device = read_device(name)
    if as_json:
        print_json(_plain(asdict(device)))
        return
    typer.echo(f"{device.name}\n  {device.title}\n")
    typer.echo(f"  {'sphere':>6}  {_time_title(device):>28}  {'photons per minute':>18}  output")
    for applicator in device.applicators:
        typer.echo(f"  {_row(applicator)}")
    typer.echo(f"\n  dose scales: {', '.join(device.dose_scales)}")
    for title, lines in (("warning", device.warnings), ("source", device.sources)):
        for line in lines:
            typer.echo(f"  {title}: {line}")
    if device.site and device.site.fitted:
        typer.echo(f"  note: {device.site.filters_said()}")


@device_commands.command("import")
def device_import(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="With device.toml, bare_probe.csv, transfer.csv.")],
    as_json: JsonOption = False,
) -> None:
    """Import a site's own tables; every version is kept."""
    from openiort.device.import_site import import_site

    found = import_site(folder)
    tables = found.tables
    if as_json:
        print_json({"name": tables.name, "version": tables.version, "is_new": found.is_new, "sha256": tables.sha256,
                    "dose_scales": tables.dose_scales, "applicators_mm": tables.diameters_mm,
                    "output_factor": tables.output_factor, "remarks": found.remarks})  # fmt: skip
        return
    typer.echo(f"{tables.name}, version {tables.version}" + ("" if found.is_new else ", imported before"))
    typer.echo(f"  spheres: {', '.join(f'{d:g}' for d in tables.diameters_mm)} mm")
    typer.echo(f"  dose scales: {', '.join(tables.dose_scales)}")
    typer.echo(f"  output factor: {tables.output_factor:.4g} ({tables.output_origin})")
    for remark in found.remarks:
        typer.echo(f"  look at: {remark}")


def _time_title(device: Device) -> str:
    return f"{device.time_word} time at the surface".strip()


def _plain(value: Any) -> Any:
    """As JSON knows it: dates as text, not-a-number as null, keys as text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _row(applicator: Applicator) -> str:
    nominal = "-" if applicator.output_mark == "measured" else f"{applicator.photons_per_minute:.4g}"
    # a site's tables need not reach the surface
    time = "-" if math.isnan(applicator.surface_time_min) else f"{applicator.surface_time_min:.1f} min"
    return f"{applicator.diameter_mm:>3g} mm  {time:>28}  {nominal:>18}  {applicator.output_mark}"


def _summary(device: Device) -> dict[str, object]:
    return {
        "name": device.name,
        "title": device.title,
        "applicators_mm": [applicator.diameter_mm for applicator in device.applicators],
        "dose_scales": device.dose_scales,
        "versions": versions(device.name) if device.site else [],
    }

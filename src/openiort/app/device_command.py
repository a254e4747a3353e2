"""`openiort device list` and `openiort device show`: the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.shared_options import JsonOption, print_json
from openiort.device.catalogue import Applicator, Device, device_names, read_device

device_commands = typer.Typer(help="Devices that can be planned with.", no_args_is_help=True)


@device_commands.command("list")
def device_list(as_json: JsonOption = False) -> None:
    """List the devices of the catalogue."""
    devices = [read_device(name) for name in device_names()]
    if as_json:
        print_json([_summary(device) for device in devices])
        return
    for device in devices:
        typer.echo(f"{device.name}\n  {device.title}")
        typer.echo(f"  spheres: {', '.join(f'{a.diameter_mm:g}' for a in device.applicators)} mm")
        typer.echo(f"  dose scales: {', '.join(device.dose_scales)}")


@device_commands.command("show")
def device_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `openiort device list` gives it.")],
    as_json: JsonOption = False,
) -> None:
    """Show one device: spheres, output, dose scales, warnings and sources."""
    device = read_device(name)
    if as_json:
        print_json(asdict(device))
        return
    typer.echo(f"{device.name}\n  {device.title}\n")
    typer.echo(f"  {'sphere':>6}  {device.time_word + ' time at the surface':>28}  {'photons per minute':>18}  output")
    for applicator in device.applicators:
        typer.echo(f"  {_row(applicator)}")
    typer.echo(f"\n  dose scales: {', '.join(device.dose_scales)}")
    for title, lines in (("warning", device.warnings), ("source", device.sources)):
        for line in lines:
            typer.echo(f"  {title}: {line}")


def _row(applicator: Applicator) -> str:
    return (
        f"{applicator.diameter_mm:>3g} mm  {applicator.surface_time_min:>24.1f} min  "
        f"{applicator.photons_per_minute:>18.4g}  {applicator.output_mark}"
    )


def _summary(device: Device) -> dict[str, object]:
    return {
        "name": device.name,
        "title": device.title,
        "applicators_mm": [applicator.diameter_mm for applicator in device.applicators],
        "dose_scales": device.dose_scales,
    }

"""`openiort device list | show`: the catalogue."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from openiort.device.catalogue import device_names, read_device

device = typer.Typer(help="Devices that can be planned with.", no_args_is_help=True)


@device.command("list")
def list_devices(as_json: bool = typer.Option(False, "--json", help="A JSON list on stdout.")) -> None:
    """List the devices."""
    found = [read_device(name) for name in device_names()]
    if as_json:
        print(json.dumps([{"name": d.name, "title": d.title, "dose_scales": d.dose_scales,
                           "applicators_mm": [a.diameter_mm for a in d.applicators]} for d in found]))
        return
    for one in found:
        sizes = ", ".join(f"{a.diameter_mm:g}" for a in one.applicators)
        print(f"{one.name}: {one.title}; spheres {sizes} mm; dose scale {', '.join(one.dose_scales)}")


@device.command("show")
def show_device(name: str, as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout.")) -> None:
    """Show one device with its applicators and sources."""
    one = read_device(name)
    if as_json:
        print(json.dumps(asdict(one)))
        return
    print(f"{one.name}: {one.title}\ndose scales: {', '.join(one.dose_scales)}")
    print(f"{'sphere mm':>10} {'min for 20 Gy at surface':>26} {'photons per min':>16}  output")
    for a in one.applicators:
        print(f"{a.diameter_mm:>10g} {a.surface_time_min:>26.1f} {a.photons_per_minute:>16.3e}  {a.output_mark}")
    for warning in one.warnings:
        print(f"warning: {warning}")
    for source in one.sources:
        print(f"source: {source}")

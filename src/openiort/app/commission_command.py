"""`openiort device commission`: a site's depth doses against the model, on screen and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.app.shared_options import JsonOption, SeedOption, ThreadsOption, print_json

if TYPE_CHECKING:
    from openiort.device.catalogue import Device
    from openiort.device.commission import FilterFit

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="An imported device; NAME@2 is its version 2.")]
FILTERS = (("source_mm_Al", "all spheres"), ("hardening_mm_Al", "spheres with a hardening filter, on top"))


def commission_command(
    name: NameArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write table, figure and record to.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep the fitted filters as a new version.")] = False,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare a site's tables with the model and fit the model's two filters to them."""
    from openiort.app.progress_screen import ProgressScreen
    from openiort.device.catalogue import read_device
    from openiort.device.commission import check_fit, check_scale
    from openiort.device.import_site import save_filters
    from openiort.device.site_store import check_store
    from openiort.dose.threads import thread_count
    from openiort.plan.commissioning import commission, compared_scale
    from openiort.report.commission_folder import commission_record, save_commission
    from openiort.report.output_folder import check_output_folder

    device = read_device(name)
    if out:
        check_output_folder(out, only_empty=True)
    if save and device.site:
        check_scale(compared_scale(device.site))
        check_store(device.name)
    with ProgressScreen() as progress, thread_count(threads):
        fit = commission(device, seed=seed, progress=progress)
    files = save_commission(device, fit, out, seed=seed) if out else ()
    if not as_json:
        _show(device, fit)
        if out:
            typer.echo(f"\nwritten to {out}: {', '.join(files)}")
    version = None
    if save and device.site:
        check_fit(fit)
        version = save_filters(device.site, fit.after, fit.uncertainty)[0]
    if as_json:
        print_json(commission_record(device, fit, seed=seed) | {"files": list(files), "saved_as_version": version})
    elif version:
        typer.echo(f"\nfitted filters kept as version {version} of {device.name}")


def _show(device: Device, fit: FilterFit) -> None:
    from rich.table import Table

    from openiort.app.console import wide_console

    console = wide_console()
    table = Table(title=f"{device.name}: site against model, depths of 0-20 mm, scale {fit.dose_scale}")
    for title in ("sphere (mm)", "worst before (%)", "worst after (%)", "level before", "level after",
                  "against median (%)"):  # fmt: skip
        table.add_column(title, justify="right")
    for one in fit.spheres:
        mark = " [bold white on red] stands out [/]" if one.stands_out else ""
        table.add_row(f"{one.measured.diameter_mm:g}", f"{one.worst_before_percent:+.1f}",
                      f"{one.worst_after_percent:+.1f}", f"{one.level_before:.3f}", f"{one.level_after:.3f}",
                      f"{one.stands_out_percent:+.1f}{mark}")  # fmt: skip
    console.print(table)
    console.print("worst: largest difference of the depth dose, levels matched; level: mean ratio of site to model's "
                  "nominal output; one that stands out points at that sphere's transfer coefficients\n")
    if not fit.is_fitted:
        console.print(f"the scale {fit.dose_scale} follows another course with depth than the dose in water: compared, "
                      "not fitted")
        return
    for field, where in FILTERS:
        uncertainty = getattr(fit.uncertainty, field)
        spread = "not told by these data" if uncertainty is None else f"+- {uncertainty:.3f} (k=1)"
        if field in fit.at_limit:
            spread = "at its limit: no uncertainty can be given"
        early, late = getattr(fit.before, field), getattr(fit.after, field)
        console.print(f"filter, {where}: {early:.3f} -> {late:.3f} mm Al {spread}")
    if fit.uncertainty.correlation is not None:
        console.print(f"correlation of the two: {fit.uncertainty.correlation:+.2f}")

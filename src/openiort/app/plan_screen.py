"""A plan on the screen, for a physicist: time and verdict first."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from openiort.plan.plan import Plan

VERDICT_STYLES = {"pass": "bold green", "review": "bold yellow", "stop": "bold red"}


def show_plan(plan: Plan, files: dict[str, str], folder: str) -> None:
    """Print the summary to stdout."""
    console = Console()
    minutes, seconds = divmod(round(plan.treatment_time_s), 60)
    check, asked = plan.second_check, plan.prescription
    style = VERDICT_STYLES[check.verdict]
    console.print(Panel(
        f"[bold]{plan.device.time_word} time {minutes}:{seconds:02d} min[/bold]   second check "
        f"[{style}]{check.verdict}[/{style}] ({check.difference_percent:+.1f} %)\n"
        f"{asked.dose_Gy:g} Gy to water at {asked.depth_mm:g} mm, scale {asked.dose_scale}; "
        f"{plan.applicator.diameter_mm:g} mm sphere, {plan.device.name}, patient {plan.patient.pseudonym}\n"
        f"uncertainty in the 0-10 mm shell {plan.relative_uncertainty_percent:.1f} % (k=1)",
        title="IORT plan", subtitle="not a medical device"))
    console.print(_depth_table(plan))
    console.print(_dvh_table(plan))
    shown = "  ".join(f"{name} {'-' if d is None else f'{d:.1f} mm'}" for name, d in plan.distances_mm.items())
    console.print(f"from the sphere's surface: {shown}")
    effect = "  ".join(f"{value:+.1f} % at {depth:g} mm" for depth, value in plan.tissue_effect_percent.items())
    console.print(f"tissue effect (D_w on her CT against water): {effect}")
    for warning in plan.warnings:
        console.print(f"[yellow]warning:[/yellow] {escape(warning)}")
    for note in plan.notes:
        console.print(f"note: {escape(note)}")
    console.print(f"written to {escape(folder)}: {', '.join(files.values())}")


def _depth_table(plan: Plan) -> Table:
    table = Table("depth mm", "water Gy", "patient D_w Gy (min-max)", "patient D_m,m Gy (min-max)", title="Depth dose")
    for depth, in_water in plan.water_depth_dose_Gy.items():
        cells = []
        for doses in (plan.patient_water_depth_dose_Gy, plan.patient_medium_depth_dose_Gy):
            dose = doses.get(depth)
            cells.append("-" if dose is None else f"{dose.mean:.2f} ({dose.min:.2f}-{dose.max:.2f})")
        table.add_row(f"{depth:g}", f"{in_water:.2f}", *cells)
    return table


def _dvh_table(plan: Plan) -> Table:
    columns = ("mean_Gy", "max_Gy", "D95_Gy", "D2cc_Gy", "D0.1cc_Gy", "V90_percent", "V50_percent")
    table = Table("structure", "volume_cc", *columns, title="Dose-volume figures, D_m,m")
    for name, dvh in plan.dvhs.items():
        figures = dvh.figures()
        cut = "*" if dvh.cut_by_scan else ""
        values = [figures[column] for column in columns]
        table.add_row(name + cut, f"{dvh.total_volume_cc:.1f}", *("-" if v is None else f"{v:.2f}" for v in values))
    table.caption = "* cut by the scan.  V100 of a surface prescription is 0 by construction."
    return table

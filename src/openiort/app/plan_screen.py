"""A plan on the screen, for a physicist: time and verdict first, warnings before anything else that follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from openiort.app.console import wide_console
from openiort.app.goal_screen import goal_table
from openiort.device.catalogue import time_origin
from openiort.patient.insertion import REPLACE
from openiort.plan.plan import Plan, Range
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE, V100_NOTE
from openiort.report import wording
from openiort.report.plain_text import plain_text
from openiort.report.wording import minutes_seconds

VERDICT_STYLES = {"pass": "bold green", "review": "bold yellow", "stop": "bold white on red"}
DVH_COLUMNS = (
    ("volume_cc", "volume (cc)"), ("mean_Gy", "mean"), ("max_Gy", "max"), ("D95_Gy", "D95"), ("D2cc_Gy", "D2cc"),
    ("D0.1cc_Gy", "D0.1cc"), ("V100_percent", "V100 (%)"), ("V90_percent", "V90 (%)"), ("V50_percent", "V50 (%)"),
)  # fmt: skip
LONGEST_NAME = 32


def show_plan(plan: Plan, files: Iterable[str], folder: Path) -> None:
    """Print the summary to stdout; `files` are the names of what was written to `folder`."""
    console = wide_console()
    console.print(Panel(_headline(plan), title="Plan", subtitle=NOT_A_MEDICAL_DEVICE, padding=(1, 2)))
    if plan.warnings:
        text = "\n".join(f"- {escape(warning)}" for warning in plan.warnings)
        console.print(Panel(text, title="Warnings", border_style="bold yellow"))
    console.print(_depth_doses(plan))
    console.print(_dvhs(plan))
    if plan.goals:
        console.print(goal_table(plan.goals))
    console.print(f"distance from the sphere's surface: {_distances(plan)}")
    sigma = plan.tissue_effect_uncertainty_percent
    effects = [f"{v:+.1f} ± {sigma[depth]:.1f} % at {depth:g} mm" for depth, v in plan.tissue_effect_percent.items()]
    console.print(f"tissue effect (D_w in tissue against water): {', '.join(effects) or 'not known'}")
    for note in plan.notes:
        console.print(f"note: {escape(plain_text(note))}")
    console.print(f"\nwritten to {escape(str(folder))}: {escape(', '.join(files))}")


def _headline(plan: Plan) -> str:
    asked, check = plan.prescription, plan.second_check
    style = VERDICT_STYLES[check.verdict]
    x_mm, y_mm, z_mm = plan.centre_mm
    lines = (
        ("patient", plan.patient.pseudonym),
        ("device", escape(f"{plan.device.name}, {plan.applicator.diameter_mm:g} mm sphere")),
        ("centre", f"x {x_mm:.1f}, y {y_mm:.1f}, z {z_mm:.1f} mm (DICOM patient coordinates)"),
        *_insertion(plan),
        ("prescription", f"{asked.dose_Gy:g} Gy to water at {asked.depth_mm:g} mm in water"),
        ("dose scale", escape(asked.dose_scale)),
        ("time", f"[bold]{minutes_seconds(plan.treatment_time_s)} min:s[/] ({escape(time_origin(plan.device))})"),
        *(
            ("", f"{minutes_seconds(time_s)} min:s for {asked.dose_Gy:g} Gy on the scale {escape(scale)}")
            for scale, time_s in plan.times_by_scale.items()
            if scale != asked.dose_scale
        ),
        (
            "second check",
            f"[{style}] {check.verdict.upper()} [/] {minutes_seconds(check.time_s)} min:s, "
            f"difference {check.difference_percent:+.1f} %",
        ),
        *((("", escape(check.source)),) if plan.device.site else ()),
        ("uncertainty", f"{plan.relative_uncertainty_percent:.1f} % (k=1, mean of D_m,m over 0-10 mm)"),
    )
    return "\n".join(f"{title:<14}{value}" for title, value in lines)


def _insertion(plan: Plan) -> list[tuple[str, str]]:
    """What tissue did when the lump was out, where it did anything."""
    done = plan.insertion
    if done.method == REPLACE:
        return []
    skin = [wording.distance(d.get("skin")) for d in (plan.distances_before_mm, plan.distances_mm)]
    change = wording.volume_change(done.volume_change_percent)
    said = done.lump if done.lump.endswith("cc") else f"{done.lump}, {done.lump_volume_cc:.1f} cc"
    return [("lump out", escape(plain_text(said))),
            ("tissue moved", f"{done.moved_volume_cc:.1f} cc by up to {done.largest_shift_mm:.1f} mm, volume {change}; "
                             f"skin {' -> '.join(skin)}")]


def _depth_doses(plan: Plan) -> Table:
    table = Table(title="Depth dose from the sphere's surface in Gy: mean (lowest - highest) over the directions")
    for title in ("depth (mm)", "water", "patient, D_w", "patient, D_m,m"):
        table.add_column(title, justify="right")
    for depth_mm, water_Gy in plan.water_depth_dose_Gy.items():
        patient = (plan.patient_water_depth_dose_Gy, plan.patient_medium_depth_dose_Gy)
        table.add_row(f"{depth_mm:g}", f"{water_Gy:.2f}", *(_range(doses.get(depth_mm)) for doses in patient))
    return table


def _range(dose: Range | None) -> str:
    return "-" if dose is None else f"{dose.mean:.2f} ({dose.min:.2f} - {dose.max:.2f})"


def _dvhs(plan: Plan) -> Table:
    scan = "phantom" if plan.patient.layers else "scan"
    said = [f"* cut by the {scan}."] if any(dvh.cut_by_scan for dvh in plan.dvhs.values()) else []
    said += [f"{V100_NOTE}."] if plan.prescription.depth_mm == 0 else []
    table = Table(title="Dose-volume figures, D_m,m in Gy", caption=" ".join(said))
    table.add_column("structure", no_wrap=True)
    for _, title in DVH_COLUMNS:
        table.add_column(title, justify="right")
    for name, dvh in plan.dvhs.items():
        figures = dvh.figures()
        shown = escape(plain_text(name, LONGEST_NAME)) + " *" * dvh.cut_by_scan
        table.add_row(shown, *(_figure(figures[key]) for key, _ in DVH_COLUMNS))
    return table


def _figure(value: float | bool | str | None) -> str:
    if value is None or isinstance(value, bool | str):
        return "-"
    return f"{value:.0f}" if value >= 1000 else f"{value:.2f}"


def _distances(plan: Plan) -> str:
    return ", ".join(f"{escape(name)} {wording.distance(d)}" for name, d in plan.distances_mm.items())

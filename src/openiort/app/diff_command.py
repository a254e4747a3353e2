"""`openiort diff`: two plans side by side, only what differs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, print_json

if TYPE_CHECKING:
    from openiort.report.plan_difference import DoseDifference, PlanDifference

LONGEST, NARROWEST = 20, 10
# too many for a screen; all of them stand in --json
ONLY_IN_JSON = (".min", ".max", ".min_Gy", ".D98_Gy", ".D90_Gy", ".D50_Gy", ".D2_Gy", ".D1cc_Gy", ".D0.2cc_Gy",
                ".V80_percent", "compiled_sources_sha256")


def diff_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of a plan.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another plan.")],
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two plans: what was asked, device, versions, time, dose, DVHs."""
    from openiort.report.plan_difference import plan_difference
    from openiort.report.saved_plan import read_plan

    found = plan_difference(read_plan(first), read_plan(second))
    if as_json:
        print_json(difference_record(found))
    else:
        show_difference(found, str(first), str(second))


def difference_record(found: PlanDifference) -> dict[str, Any]:
    """All of it, ready for JSON."""
    changes = [asdict(change) | {"percent": change.percent} for change in found.changes]
    return {"same": found.is_same, "changes": changes, "dose": asdict(found.dose),
            "dose_to_water": found.water_dose and asdict(found.water_dose)}


def show_difference(found: PlanDifference, first: str, second: str) -> None:
    """Print it as a table, one part after the other."""
    from rich.markup import escape
    from rich.table import Column, Table

    from openiort.app.console import wide_console
    from openiort.report.plain_text import plain_text

    console = wide_console()
    if found.changes:
        values = (Column(name, overflow="fold", min_width=NARROWEST) for name in ("A", "B"))
        table = Table("", Column("what", overflow="fold"), *values, Column("B to A", min_width=NARROWEST - 1),
                      title=f"A: {escape(first)}   B: {escape(second)}")
        part = ""
        shown = [change for change in found.changes if not change.name.endswith(ONLY_IN_JSON)]
        for change in shown:
            percent = change.percent
            table.add_row(change.part if change.part != part else "", escape(plain_text(change.name)),
                          escape(_shown(change.first)), escape(_shown(change.second)),
                          "" if percent is None else f"{percent:+.2f} %")
            part = change.part
        console.print(table)
        if len(shown) < len(found.changes):
            console.print(f"{len(found.changes) - len(shown)} more differences are in --json")
    else:
        console.print("the records do not differ")
    if not found.dose.same_frame:
        console.print("the two doses lie on different CTs: their frames of reference differ, and equal coordinates may "
                      "be different places in the patient")
    console.print(_dose_text("dose", "D_m,m", found.dose))
    if found.water_dose is None:
        console.print("dose to water: not compared, dose_to_water.dcm is not in both plans")
    else:
        console.print(_dose_text("dose to water", "D_w", found.water_dose))


def _dose_text(name: str, quantity: str, dose: DoseDifference) -> str:
    if dose.same_bits:
        return f"{name}: the same bits"
    if not dose.compared_voxels:
        return f"{name} ({quantity}): nothing to compare, no voxel of 0.1 Gy and more lies in both"
    return (f"{name} ({quantity}, B against A, {dose.compared_voxels} voxels of 0.1 Gy and more): mean "
            f"{dose.mean_Gy:+.3f} Gy, rms {dose.rms_Gy:.3f} Gy ({dose.rms_percent:.2f} %), "
            f"largest {dose.largest_Gy:.2f} Gy")


def _shown(value: Any) -> str:
    from openiort.report.plain_text import plain_text

    text = "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return plain_text(text, LONGEST)

"""`openiort diff`: two plans side by side, only what differs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, print_json

if TYPE_CHECKING:
    from openiort.report.plan_difference import PlanDifference

LONGEST = 24
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
    return {"same": found.is_same, "changes": changes, "dose": asdict(found.dose)}


def show_difference(found: PlanDifference, first: str, second: str) -> None:
    """Print it as a table, one part after the other."""
    from rich.markup import escape
    from rich.table import Table

    from openiort.app.plan_screen import wide_console

    console = wide_console()
    if found.changes:
        table = Table("", "what", "A", "B", "B to A", title=f"A: {escape(first)}   B: {escape(second)}")
        table.columns[1].no_wrap = True
        part = ""
        shown = [change for change in found.changes if not change.name.endswith(ONLY_IN_JSON)]
        for change in shown:
            percent = change.percent
            table.add_row(change.part if change.part != part else "", escape(change.name),
                          escape(_shown(change.first)), escape(_shown(change.second)),
                          "" if percent is None else f"{percent:+.2f} %")
            part = change.part
        console.print(table)
        if len(shown) < len(found.changes):
            console.print(f"{len(found.changes) - len(shown)} more differences are in --json")
    else:
        console.print("the records do not differ")
    dose = found.dose
    if dose.same_bits:
        console.print("dose: the same bits")
    else:
        console.print(f"dose (D_m,m, B against A, {dose.compared_voxels} voxels of 0.1 Gy and more): mean "
                      f"{dose.mean_Gy:+.3f} Gy, rms {dose.rms_Gy:.3f} Gy ({dose.rms_percent:.2f} %), "
                      f"largest {dose.largest_Gy:.2f} Gy")


def _shown(value: Any) -> str:
    text = "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

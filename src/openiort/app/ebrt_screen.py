"""Schedules and tangents on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.external.external_dose import ExternalDose
from openiort.external.schedule import Schedule
from openiort.report.plain_text import plain_text

TO_BE_CONFIRMED = "to be confirmed"


def show_schedules(schedules: Sequence[Schedule]) -> None:
    """One row a schedule, then where the parts come from."""
    console = wide_console()
    number = [Column(name, justify="right") for name in ("Gy", "boost (Gy)", "visits", "days")]
    table = plain_table("Schedules of external-beam radiotherapy", Column("name", no_wrap=True), "volume", *number, "")
    table.show_lines = False
    for each in schedules:
        boost = f"{each.boost.total_dose_Gy:g}" if each.boost else "-"
        table.add_row(escape(each.name), each.volume, f"{each.total_dose_Gy:g}", boost, str(each.visits),
                      str(each.overall_days), "" if each.is_confirmed else TO_BE_CONFIRMED)
    console.print(table)
    console.print("days: from the first fraction, on a Monday, to the last, both counted; no holiday, no interruption")
    parts = {part.name: part for each in schedules for part in each.parts}
    for name, part in parts.items():
        unsure = [words for words, mark in (("dose", part.mark), ("days", part.days_mark)) if mark == "R"]
        unsure_words = f" ({' and '.join(unsure)} {TO_BE_CONFIRMED})" if unsure else ""
        console.print(f"[bold]{escape(name)}[/]: {escape(part.citation)}{unsure_words}", highlight=False)


def show_tangents(dose: ExternalDose, organs: Mapping[str, Mapping[str, float]], without: Sequence[str],
                  picture: Path | None) -> None:
    """What was set up, what each structure gets, what must be known."""
    console = wide_console()
    fields = ", ".join(f"{field['name']} {field['gantry_degrees']:.0f} degrees" for field in dose.provenance["fields"])
    console.print(f"[bold]{escape(dose.schedule.name)}[/]: {dose.schedule.total_dose_Gy:g} Gy in {dose.fractions}, "
                  f"tangents to the {dose.provenance['side']} breast, gantry {fields}")
    columns = (Column(name, justify="right") for name in ("volume (cc)", "mean (Gy)", "D2 (Gy)", "V20Gy (%)"))
    table = plain_table(f"Dose to {dose.medium}, Gy of all fractions", "structure", *columns)
    for name, values in sorted(organs.items()):
        table.add_row(escape(plain_text(name)), f"{values['volume_cc']:.0f}", f"{values['mean_Gy']:.2f}",
                      f"{values['D2_Gy']:.1f}", f"{values['V20Gy_percent']:.1f}")
    console.print(table)
    if without:
        console.print(f"without figures, empty or not covered whole: {escape(', '.join(map(plain_text, without)))}")
    for note in dose.notes:
        console.print(f"note: {escape(note)}")
    console.print(f"statistical uncertainty: {dose.provenance['uncertainty_percent']:g} % a voxel of the breast, "
                  f"{dose.provenance['engine']}")
    if picture:
        console.print(f"written to {escape(str(picture))}")

"""A comparison on the screen: two columns of figures, gaps and notes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from openiort.app.console import wide_console
from openiort.plan.compared_side import ComparedSide
from openiort.report.comparison_data import EQD2, PHYSICAL, comparison_data


def show_comparison(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str]) -> None:
    """Print what the page says."""
    console, data = wide_console(), comparison_data(sides, pseudonym, notes)
    console.print(f"[bold]comparison[/] {escape(data['pseudonym'])}: IORT and EBRT. {data['disclaimer']}\n")
    for side in data["sides"]:
        console.print(f"[bold]{side['title']}[/]{': ' + side['absent'] if side['absent'] else ''}")
        for fact in side["facts"]:
            console.print(f"  {fact['label']}: {escape(fact['value'])}")
    shown = [number for number, side in enumerate(data["sides"]) if not side["absent"]]
    table = Table(title="dose in Gy", title_justify="left")
    table.add_column("structure")
    for title in ("volume (cc)", "a/b (Gy)"):
        table.add_column(title, justify="right")
    for number in shown:
        title = data["sides"][number]["title"]
        for name in (*PHYSICAL, *(f"EQD2 {name}" for name in EQD2)):
            table.add_column(f"{title} {name}", justify="right")
    for row in data["rows"]:
        cells = [cell for number in shown for cell in row["cells"][number]]
        table.add_row(escape(row["name"]), row["volume"], row["alpha_beta"], *cells)
    console.print(table)
    for side in data["sides"]:
        for gap in side["missing"]:
            console.print(f"no figures, {side['title']}: {escape(gap)}")
    console.print(f"EQD2: {'; '.join(data['endpoints'])}")
    for note in data["notes"]:
        console.print(f"note: {escape(note)}")

"""A comparison on the screen: two columns of figures, goals, effects, gaps and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openiort.app.console import wide_console
from openiort.plan.compared_side import ComparedSide
from openiort.plan.comparison import Comparison
from openiort.report.comparison_data import comparison_data


def show_comparison(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                    comparison: Comparison | None = None) -> None:
    """Print what the page says."""
    console, data = wide_console(), comparison_data(sides, pseudonym, notes, comparison=comparison)
    console.print(f"[bold]comparison[/] {escape(data['pseudonym'])}: IORT and EBRT. {data['disclaimer']}\n")
    for side in data["sides"]:
        console.print(f"[bold]{side['title']}[/]{': ' + side['absent'] if side['absent'] else ''}")
        for fact in side["facts"]:
            console.print(f"  {fact['label']}: {escape(fact['value'])}")
    console.print(_doses(data, "physical", "dose in Gy"))
    console.print(_doses(data, "eqd2", "EQD2 in Gy (2 Gy fractions)"))
    if data["detail"]:
        _show_detail(console, data["detail"])
    for side in data["sides"]:
        for gap in side["missing"]:
            console.print(f"no figures, {side['title']}: {escape(gap)}")
    console.print(f"EQD2: {'; '.join(data['endpoints'])}")
    for note in data["notes"]:
        console.print(f"note: {escape(note)}")


def _doses(data: dict[str, Any], kind: str, title: str) -> Table:
    """Physical dose, or EQD2, of the columns that there are: together they are too wide for a screen."""
    shown = [number for number, side in enumerate(data["sides"]) if not side["absent"]]
    count = len(data["head"]["physical"])
    part = slice(count) if kind == "physical" else slice(count, None)
    table = Table(title=title, title_justify="left")
    table.add_column("structure")
    for name in ("volume (cc)", "a/b (Gy)"):
        table.add_column(name, justify="right")
    for number in shown:
        for name in data["head"][kind]:
            table.add_column(f"{data['sides'][number]['title']} {name}", justify="right")
    for row in data["rows"]:
        cells = [cell for number in shown for cell in row["cells"][number][part]]
        table.add_row(escape(row["name"]), row["volume"], row["alpha_beta"], *cells)
    return table


def _show_detail(console: Console, detail: dict[str, Any]) -> None:
    for table in (_goals(detail), _effects(detail), _boost(detail), _trials(detail), _tissues(detail)):
        if table is not None:
            console.print(table)
    if detail["equivalence"]:
        console.print(f"sphere of equivalence: {escape(detail['equivalence'])}")
    for line in detail["uncertainty"]:
        console.print(f"dose uncertainty: {escape(line)}")
    if detail["choice"]:
        for line in detail["choice"]["largest"]:
            console.print(f"largest sphere that keeps {escape(line)}")


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def _goals(detail: dict[str, Any]) -> Table | None:
    rows = []
    for row in detail["goals"]:
        cells = [" ".join(part for part in (row[side]["value"], row[side]["word"], row[side]["reason"]) if part)
                 for side in ("iort", "ebrt")]
        rows.append((f"{row['goal']} {row['mark']}".strip(), cells[0], row["iort"]["chance"], cells[1],
                     row["ebrt"]["chance"]))
    head = ("goal", "IORT", "met in", "EBRT", "met in")
    return _table("goals, and how likely each is met", head, rows) if rows else None


def _effects(detail: dict[str, Any]) -> Table:
    return _table("what the doses may do (95 % interval of the models' numbers)", ("effect", "IORT", "EBRT", "remark"),
                  [(row["name"], row["iort"], row["ebrt"], row["note"]) for row in detail["effects"]])


def _boost(detail: dict[str, Any]) -> Table | None:
    boost = detail["boost"]
    return None if boost is None else _table(boost["title"], boost["head"], boost["rows"])


def _trials(detail: dict[str, Any]) -> Table:
    return _table("what trials found for both arms", ("trial", "technique", "outcome", "IORT", "EBRT"),
                  [(row["trial"], row["technique"], row["outcome"], row["iort"], row["ebrt"])
                   for row in detail["trials"]])


def _tissues(detail: dict[str, Any]) -> Table | None:
    tissues = detail["tissues"]
    return None if tissues is None else _table("with other tissue, D_m,m in Gy", ("tissue", *tissues["head"]),
                                               tissues["rows"])

"""Draw the picture of docs/coverage.md and print its tables: `python -m scripts.draw_coverage`, from the root."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    drawing,
    new_figure,
    png,
    quiet_grid,
)
from validation.interval_coverage import kaplan_meier, two_arms

FILE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "coverage.png"
STYLES = {"Wald": (VERMILLION, "o-"), "Agresti-Caffo": (ORANGE, "s--"), "Newcombe": (PURPLE, "^-."),
          "Miettinen-Nurminen": (BLUE, "D-"), "Farrington-Manning": (SKY, "x:"), two_arms.EXACT: (GREEN, "v-"),
          "log": (ORANGE, "s--"), "log-log": (BLUE, "D-"), "plain": (VERMILLION, "o:")}
Row = dict[str, str]


def rows(file: Path) -> list[Row]:
    """A table of results."""
    with file.open() as opened:
        return list(csv.DictReader(line for line in opened if not line.startswith("#")))


def of(found: Iterable[Row], **wanted: str) -> list[Row]:
    """Rows in which these columns have these values."""
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def lines(axes: Axes, found: list[Row], x: str, nominal: float, title: str) -> None:
    """One line a method, in per cent over per cent, with error bars where there is a Monte Carlo error."""
    for method in dict.fromkeys(row["method"] for row in found):
        mine = of(found, method=method)
        colour, style = STYLES[method]
        axes.errorbar([100 * float(row[x]) for row in mine], [100 * float(row["share"]) for row in mine],
                      [200 * float(row.get("standard_error", 0)) for row in mine], fmt=style, color=colour,
                      linewidth=1.0, markersize=3, label=method, elinewidth=0.7)
    axes.axhline(nominal, color=INK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_title(title, fontsize="medium")
    axes.minorticks_off()
    quiet_grid(axes)


def figure() -> Figure:
    """Type I error for two sizes of arms; coverage of Kaplan-Meier limits for two."""
    counts, curves = rows(two_arms.FILE), rows(kaplan_meier.FILE)
    found = new_figure(170.0, 118.0)
    panels = found.subplots(2, 2)
    found.subplots_adjust(left=0.075, right=0.755, bottom=0.085, top=0.95, wspace=0.24, hspace=0.42)
    for axes, total in zip(panels[0], ("200", "1116"), strict=True):
        lines(axes, of(counts, what="type I error", new=total, control=total), "control_rate", 5.0,
              f"type I error, {total} v {total}")
        axes.set_xlabel("rate of the control (%)", labelpad=1)
        axes.set_ylim(3.0, 9.0)
        axes.set_xticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
    for axes, women in zip(panels[1], ("500", "1116"), strict=True):
        lines(axes, of(curves, what="coverage", women=women), "risk", 95.0,
              f"Kaplan-Meier limits, {women} women")
        axes.set_xlabel("risk at 5 years (%)", labelpad=1)
        axes.set_ylim(88, 97)
        axes.set_xticks([1, 2, 5], ["1", "2", "5"])
    panels[0, 0].set_ylabel("found non-inferior (%)")
    panels[1, 0].set_ylabel("limits hold the truth (%)")
    for axes in panels[:, 1]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), handlelength=2.4)
    return found


def table(found: list[Row], key: str) -> list[str]:
    """Markdown: a row for each value of a column, a column for each method, per cent."""
    methods = list(dict.fromkeys(row["method"] for row in found))
    text = [f"| {key.replace('_', ' ')} | {' | '.join(methods)} |", "|---" * (len(methods) + 1) + "|"]
    for value in dict.fromkeys(row[key] for row in found):
        shares = [f"{100 * float(of(found, method=method, **{key: value})[0]['share']):.1f}" for method in methods]
        text.append(f"| {100 * float(value):g} % | {' | '.join(shares)} |")
    return text


def main() -> None:
    counts, curves = rows(two_arms.FILE), rows(kaplan_meier.FILE)
    with drawing():
        FILE.write_bytes(png(figure()))
    for new, control in (("200", "200"), ("1116", "1116"), ("400", "200")):
        print(f"\ntype I error, {new} v {control}", *table(of(counts, what="type I error", new=new, control=control),
                                                          "control_rate"), sep="\n")
        print(f"\ncoverage, {new} v {control}", *table(of(counts, what="coverage", new=new, control=control,
                                                       difference="0.0"), "control_rate"), sep="\n")
    for women in ("100", "500", "1116"):
        found = [row for row in curves if row["women"] == women]
        print(f"\nKaplan-Meier, {women}", *table(found, "risk"), sep="\n")


if __name__ == "__main__":
    main()

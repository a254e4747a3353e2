"""One outcome under every method: differences with limits against the margin, and a map of where the verdict turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from openiort.evidence.margin_table import KAPLAN_MEIER, MARGINS, MethodResult
from openiort.evidence.verdict_map import VerdictMap
from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    MM_PER_INCH,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    drawing,
    new_figure,
    quiet_grid,
)
from openiort.report.plain_text import label_text

WIDTH_mm, HEIGHT_mm, ROW_mm = 170.0, 76.0, 7.0
NEAR_EDGE = 0.16  # of the map's width: a label there would stand out of it
BEYOND = 1.3  # of a margin above 4 %: how far the map goes
STYLES = {"Wald": (VERMILLION, "-"), "Agresti-Caffo": (ORANGE, "--"), "Newcombe": (PURPLE, "-."),
          "Miettinen-Nurminen": (BLUE, "-"), "Farrington-Manning": (SKY, ":"), KAPLAN_MEIER: (INK, "-")}
HOLDS, DISAGREE, FAILS = "#dff0ea", "#f2f2f2", "#fae3d6"


def largest_margin(margin: float) -> float:
    """How far the map goes: to 4 %, or somewhat beyond a larger margin."""
    return max(MARGINS[-1], min(BEYOND * margin, 0.999))


def methods_figure(title: str, margin: float, results: Sequence[MethodResult], map_: VerdictMap | None, *,
                   recalled: Sequence[str] = ()) -> Figure:
    """Left the methods' limits; right the map, or nothing where counts are not public. Fractions in, per cent drawn.

    Args:
        title: above it.
        margin: judged at.
        results: of every method.
        map_: of the verdict.
        recalled: kinds of numbers that are to be confirmed.
    """
    with drawing():
        if map_ is None:
            figure = new_figure(WIDTH_mm, 24.0 + ROW_mm * len(results))
            forest = figure.add_axes((0.2, 0.4, 0.68, 0.42))
        else:
            figure = new_figure(WIDTH_mm, HEIGHT_mm)
            forest, area = figure.add_axes((0.165, 0.135, 0.255, 0.73)), figure.add_axes((0.6, 0.135, 0.385, 0.73))
            _draw_map(area, margin, results, map_)
        _draw_limits(forest, margin, results)
        figure.text(0.01, 0.985, label_text(title, 90), va="top", weight="bold")
        if recalled:
            figure.text(0.01, 1 - 5.0 / MM_PER_INCH / figure.get_figheight(), va="top", color=QUIET,
                        s=f"recalled, to be confirmed: {', '.join(recalled)}")
        return figure


def _draw_limits(axes: Axes, margin: float, results: Sequence[MethodResult]) -> None:
    for row, result in enumerate(results):
        colour = GREEN if result.is_non_inferior else VERMILLION
        if result.lower is not None and result.upper is not None:
            axes.plot([100 * result.lower, 100 * result.upper], [row, row], color=colour)
        axes.plot(100 * result.difference, row, "o" if result.is_non_inferior else "s", color=colour, markersize=4,
                  markerfacecolor=colour if result.lower is not None else "white")
        p = "p < 0.0001" if result.p < 0.0001 else f"p = {result.p:.4f}" if result.p < 0.001 else f"p = {result.p:.3f}"
        axes.text(1.02, row, p, transform=axes.get_yaxis_transform(), va="center", color=colour)
    axes.axvline(0, color=QUIET, linewidth=0.6)
    axes.axvline(100 * margin, color=INK, linewidth=0.9, linestyle="--")
    axes.set_yticks(range(len(results)), [result.method for result in results])
    axes.set_ylim(len(results) - 0.4, -1.1)
    axes.annotate(f"margin {100 * margin:g} %", (100 * margin, -1.05), (3, 0), textcoords="offset points", va="top")
    axes.set_xlabel("difference, new - control (%), 90 % limits", labelpad=2)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -0.2), high + 0.3 * (high - low) if 100 * margin > high - 0.3 * (high - low) else high)


def _draw_map(axes: Axes, margin: float, results: Sequence[MethodResult], map_: VerdictMap) -> None:
    turns = np.array(list(map_.turns.values()))
    low, high = min(MARGINS[0], 0.8 * margin), largest_margin(margin)
    axes.set_facecolor(DISAGREE)
    most, most_row = int(map_.events[-1]), map_.events.size - 1
    axes.fill_betweenx(map_.events, 100 * turns.max(axis=0), 100, color=HOLDS, linewidth=0)
    axes.fill_betweenx(map_.events, -100, 100 * turns.min(axis=0), color=FAILS, linewidth=0)
    for name, upper in map_.turns.items():
        axes.plot(100 * upper, map_.events, color=STYLES[name][0], linestyle=STYLES[name][1], linewidth=1.0, label=name)
    axes.set_xlim(100 * low, 100 * high)
    axes.set_ylim(0, most)
    _draw_trial(axes, margin, results, map_.counts.events_new, above=map_.counts.events_new > 0.25 * most)
    if turns[:, most_row // 8].max() < high:  # there is room for the word
        axes.text(0.97, 0.03, "non-inferior", transform=axes.transAxes, ha="right", color=GREEN, weight="bold")
    axes.text(0.03, 0.92, "not shown", transform=axes.transAxes, color=VERMILLION, weight="bold")
    axes.set_xlabel("margin (%)", labelpad=2)
    counts = map_.counts
    axes.set_ylabel(f"events in the new arm, of {counts.total_new}\n(control: {counts.events_control} of "
                    f"{counts.total_control})", labelpad=2)
    axes.yaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.legend(loc="lower left", bbox_to_anchor=(-0.36, 0.99), ncols=3, fontsize=6.5, handlelength=2.0,
                labelspacing=0.25, columnspacing=1.0)
    quiet_grid(axes)


def _draw_trial(axes: Axes, margin: float, results: Sequence[MethodResult], events: int, *, above: bool) -> None:
    """The trial's place, how far it is from turning, and where its Kaplan-Meier difference would turn."""
    down = -3 if above else 3
    align = "top" if above else "bottom"
    axes.axvline(100 * margin, color=INK, linewidth=0.9, linestyle="--")
    axes.plot(100 * margin, events, "o", color=INK, markersize=5, zorder=5)
    turn = [result.tipping_events for result in results if result.tipping_events is not None]
    words = f"the trial, {events}"
    if turn:
        few, many = sorted((min(turn, key=abs), max(turn, key=abs)))
        words += f"\nturns at {few:+d}" + (f" to {many:+d}" if few != many else "")
    is_right = margin > MARGINS[-1] * 0.9  # no room to the right of it
    axes.annotate(words, (100 * margin, events), (-6 if is_right else 6, down), textcoords="offset points", va=align,
                  ha="right" if is_right else "left", linespacing=1.3)
    curve = next((result for result in results if result.method == KAPLAN_MEIER), None)
    if curve is not None and curve.upper is not None:
        axes.plot(100 * curve.upper, events, "D", color=INK, markersize=4, markerfacecolor="white", zorder=5)
        first, last = axes.get_xlim()
        place = (100 * curve.upper - first) / (last - first)
        align_x = "left" if place < NEAR_EDGE else "right" if place > 1 - NEAR_EDGE else "center"
        axes.annotate(f"Kaplan-Meier\nturns at {100 * curve.upper:.1f} %", (100 * curve.upper, events), (0, -down * 2),
                      textcoords="offset points", ha=align_x, va="bottom" if above else "top",
                      linespacing=1.3, annotation_clip=True)

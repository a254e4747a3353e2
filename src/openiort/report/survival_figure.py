"""Curves of follow-up as clinicians expect them: steps, bands, marks of censoring, patients at risk below.

The y axis starts at 0. Probabilities to be free of the event are shown up to 100 %; risks up to the next even number
above curves and bands, which the figure says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.evidence.analyse import Analysis, GroupEstimates
from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    draw,
    drawing,
    new_figure,
    quiet_grid,
)
from openiort.report.plain_text import label_text

FloatArray = NDArray[np.float64]
FREE, RISK = "free", "risk"
STYLES = ((BLUE, "-"), (VERMILLION, (0, (5, 1.5))), (GREEN, (0, (5, 1.5, 1, 1.5))), (PURPLE, (0, (1.2, 1.2))),
          (INK, (0, (8, 2))), (ORANGE, "-"), (SKY, (0, (3, 1, 1, 1, 1, 1))), (QUIET, (0, (2, 1))))
WIDTH_mm, PLOT_mm, TOP_mm, BELOW_mm, ROW_mm, NOTE_mm = 164.0, 78.0, 5.0, 14.5, 4.2, 9.5
NAME_mm, DIGIT_mm, SIGN_mm, GAP_mm = 24.0, 1.7, 1.0, 2.5  # of the texts below
TOPS_percent = (0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
FEW_SHARE = 0.1  # of a group: where fewer are left, its band does not stretch the axis
TOP_WITHOUT_EVENTS_percent = 5.0  # an axis to less would look like knowledge
CLEAR_OF_ZERO = 0.8  # a curve that stays above would lie at the upper edge of an axis from 0
MARKS_ACROSS = 160  # marks of censoring: more would make a bar
BAND_STRENGTH, EDGE_pt = 0.16, 0.35


@dataclass(frozen=True, slots=True)
class _Curve:
    """Steps of one group in per cent; times start at 0."""

    time_years: FloatArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    at_risk: NDArray[np.int64]
    censored: NDArray[np.int64]


def usual_kind(analysis: Analysis) -> str:
    """`risk` where other events compete, or where all curves stay near 100 %; else `free`."""
    stays_high = min(float(group.curve.survival[-1]) for group in analysis.groups) > CLEAR_OF_ZERO
    return RISK if analysis.competes or stays_high else FREE


def survival_figure(analysis: Analysis, kind: str | None = None, group_title: str | None = None) -> Figure:
    """One curve a group, with its band, and the patients at risk and events so far below.

    Args:
        analysis: what is drawn.
        kind: `free` (Kaplan-Meier, of every event) or `risk` (Aalen-Johansen where others compete, else 1 -
            Kaplan-Meier); None: `usual_kind`.
        group_title: what the groups are called together; None: nothing.

    Raises:
        InputError: an unknown kind, or more groups than can be told apart.
    """
    kind = usual_kind(analysis) if kind is None else kind
    if kind not in (FREE, RISK):
        raise InputError(f"no curve {kind!r}", where="--curve", allowed=f"{FREE}, {RISK}", fix="choose one of these")
    groups = analysis.groups
    if len(groups) > len(STYLES):
        raise InputError(f"{len(groups)} curves cannot be told apart in one figure", where="--plot",
                         allowed=f"at most {len(STYLES)} groups", fix="draw fewer groups")
    curves = [_curve(group, kind) for group in groups]
    cell_mm = max(_width_mm(f"{group.rows:,} ({int(group.curve.events.sum()):,})") for group in groups)
    left_mm, right_mm = NAME_mm + GAP_mm + cell_mm / 2, cell_mm / 2 + 1
    below_mm = BELOW_mm + ROW_mm * len(groups)
    height_mm = TOP_mm + PLOT_mm + below_mm + NOTE_mm
    with drawing():
        figure = new_figure(WIDTH_mm, height_mm)
        axes = figure.add_axes((left_mm / WIDTH_mm, (below_mm + NOTE_mm) / height_mm,
                                1 - (left_mm + right_mm) / WIDTH_mm, PLOT_mm / height_mm))
        top, is_cut = (100.0, False) if kind == FREE else _top_percent(curves)
        _set_axes(axes, max(float(curve.time_years[-1]) for curve in curves), top, _title(analysis, kind))
        axes.xaxis.set_major_locator(MaxNLocator(_most_ticks(WIDTH_mm - left_mm - right_mm, cell_mm),
                                                 steps=[1, 2, 5, 10]))
        for group, curve, style in zip(groups, curves, STYLES, strict=False):
            _draw_curve(axes, curve, style, group.name if len(groups) > 1 else None)
        if len(groups) > 1:
            axes.legend(loc="lower left" if kind == FREE else "upper left", handlelength=3.6, borderaxespad=0.8,
                        title=None if group_title is None else label_text(group_title, 40), alignment="left",
                        title_fontproperties={"weight": "bold"})
        _write_below(axes, groups, cell_mm, "events and competing events" if analysis.competes and kind == FREE else
                     "events", kind)
        figure.text(left_mm / WIDTH_mm, 1.5 / height_mm, _note(analysis, curves, top, is_cut), color=QUIET,
                    fontsize="small", va="bottom", linespacing=1.35)
        draw(figure)
        return figure


def _curve(group: GroupEstimates, kind: str) -> _Curve:
    """Steps of a group, only where something happens."""
    curve, risk = group.curve, group.incidence
    columns = (curve.survival, curve.lower, curve.upper) if kind == FREE else (risk.incidence, risk.lower, risk.upper)
    start = 1.0 if kind == FREE else 0.0
    value, lower, upper = (100 * np.concatenate(([start], column)) for column in columns)
    lower, upper = (np.where(np.isfinite(limit), limit, value) for limit in (lower, upper))
    time_years = np.concatenate(([0.0], curve.time_years))
    at_risk = np.concatenate(([group.rows], curve.at_risk))
    censored = np.concatenate(([0], risk.censored))
    return _Curve(time_years, value, lower, upper, at_risk, censored)


def _top_percent(curves: Sequence[_Curve]) -> tuple[float, bool]:
    """Where the axis of risks ends, and whether that cuts a band."""
    wanted = max(max(float(curve.value.max()),
                     float(curve.upper[curve.at_risk >= FEW_SHARE * curve.at_risk[0]].max())) for curve in curves)
    wanted = wanted or TOP_WITHOUT_EVENTS_percent / 1.02
    top = next((top for top in TOPS_percent if top >= wanted * 1.02), 100.0)
    return top, any(float(curve.upper.max()) > top for curve in curves)


def _set_axes(axes: Axes, longest_years: float, top_percent: float, title: str) -> None:
    axes.set_xlim(0, longest_years if longest_years > 0 else 1.0)
    axes.set_ylim(0, top_percent)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("years", labelpad=2)
    axes.set_ylabel(f"{title} (%)")
    quiet_grid(axes)


def _draw_curve(axes: Axes, curve: _Curve, style: tuple[str, object], name: str | None) -> None:
    colour, dashes = style
    steps = _changes(curve)
    axes.fill_between(curve.time_years[steps], curve.lower[steps], curve.upper[steps], step="post", color=colour,
                      alpha=BAND_STRENGTH, linewidth=0)
    for limit in (curve.lower, curve.upper):
        axes.plot(curve.time_years[steps], limit[steps], drawstyle="steps-post", color=colour, linestyle=dashes,
                  linewidth=EDGE_pt)
    label = None if name is None else label_text(name, 40)
    axes.plot(curve.time_years[steps], curve.value[steps], drawstyle="steps-post", color=colour, linestyle=dashes,
              linewidth=1.3, label=label, solid_joinstyle="miter", dash_joinstyle="miter", clip_on=False)
    marked = curve.censored > 0
    across = np.floor(curve.time_years[marked] / axes.get_xlim()[1] * MARKS_ACROSS)
    _, first = np.unique(across, return_index=True)
    axes.plot(curve.time_years[marked][first], curve.value[marked][first], linestyle="", marker="|", markersize=3.6,
              markeredgewidth=0.45, color=colour, clip_on=False)


def _changes(curve: _Curve) -> NDArray[np.intp]:
    """Places where a line or a limit steps, and both ends."""
    moved = (np.diff(curve.value) != 0) | (np.diff(curve.lower) != 0) | (np.diff(curve.upper) != 0)
    return np.flatnonzero(np.concatenate(([True], moved[:-1], [True])) if moved.size else np.array([True]))


def _width_mm(text: str) -> float:
    """Width of figures with their signs."""
    return sum(DIGIT_mm if character.isdigit() else SIGN_mm for character in text)


def _most_ticks(axis_mm: float, cell_mm: float) -> int:
    """As many as texts of that width can stand under, ten at most."""
    return max(1, min(10, ceil(axis_mm / (cell_mm + GAP_mm))))


def _write_below(axes: Axes, groups: Sequence[GroupEstimates], cell_mm: float, counted: str, kind: str) -> None:
    """Patients at risk, and the events of the curve so far in brackets, under the ticks of the axis."""
    bottom, right = axes.get_ylim()[0], axes.get_xlim()[1]
    ticks = [float(tick) for tick in axes.get_xticks() if 0 <= tick <= right * 1.0001]
    point_per_mm = 72 / 25.4
    axes.annotate(f"at risk ({counted} so far)", (0, bottom), (0, -11.5 * point_per_mm), textcoords="offset points",
                  annotation_clip=False, fontweight="bold", ha="left", va="center")
    for number, (group, (colour, _)) in enumerate(zip(groups, STYLES, strict=False)):
        down = -(16.0 + ROW_mm * number) * point_per_mm
        name = label_text(group.name, 16) if len(groups) > 1 else ""
        axes.annotate(name, (0, bottom), (-(cell_mm / 2 + GAP_mm) * point_per_mm, down), textcoords="offset points",
                      color=colour, annotation_clip=False, ha="right", va="center")
        curve = group.curve if kind == FREE else group.incidence
        for tick in ticks:
            later = int(np.searchsorted(curve.time_years, tick, side="left"))
            left = int(curve.at_risk[later]) if later < curve.at_risk.size else 0
            events = int(curve.events[: int(np.searchsorted(curve.time_years, tick, side="right"))].sum())
            axes.annotate(f"{left:,} ({events:,})", (tick, bottom), (0, down), textcoords="offset points",
                          annotation_clip=False, ha="center", va="center")


def _title(analysis: Analysis, kind: str) -> str:
    if kind == RISK:
        return "risk of the event" + (", Aalen-Johansen" if analysis.competes else ", 1 - Kaplan-Meier")
    return "free of the event and of competing events" if analysis.competes else "free of the event"


def _note(analysis: Analysis, curves: Sequence[_Curve], top_percent: float, is_cut: bool) -> str:
    bands = (f"Bands: pointwise {100 * analysis.level:g} % limits ({analysis.transform}). Upright marks: censored, one "
             "for several where they are many.")
    second = []
    if top_percent < 100.0:
        second.append(f"The axis ends at {top_percent:g} %, not at 100 %.{' Limits beyond it are cut off.' * is_cut}")
    if any(np.ptp(curve.value) == 0 for curve in curves):
        second.append("A group without events has no band: see its exact limits.")
    return "\n".join([bands, " ".join(second)]).rstrip()

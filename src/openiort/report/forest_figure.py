"""Forest plot: each study's effect with its limits, below them the pooled ones as diamonds, one block a measure."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from openiort.evidence.effect_sizes import DIFFERENCE
from openiort.evidence.pool import FEW_STUDIES, Estimate, Pooled
from openiort.evidence.study import Study
from openiort.report.figure_style import BLUE, INK, QUIET, RULE, VERMILLION, drawing, new_figure
from openiort.report.plain_text import label_text

WIDTH_mm, ROW_mm, ENDS_mm = 170.0, 5.2, 17.0
LONGEST_NAME = 27
WIDE = 10_000.0
POOLED_ROWS = 6  # three diamonds, the prediction interval, heterogeneity, a gap
LEFT, RIGHT = 0.42, 0.76  # of the width: where the effects are drawn
LARGEST_SQUARE_pt = 8.0
TEN_FOLD = 100.0  # ratios beyond 1/100 and 100 are cut off, with an arrow


def forest_figure(studies: Sequence[Study], results: Sequence[Pooled]) -> Figure:
    """Squares as large as the weight in the random effects."""
    with drawing():
        block = ENDS_mm + ROW_mm * (len(studies) + POOLED_ROWS)
        height = block * len(results)
        figure = new_figure(WIDTH_mm, height)
        for number, pooled in enumerate(results):
            bottom = height - (number + 1) * block + 9.0
            axes = figure.add_axes((LEFT, bottom / height, RIGHT - LEFT, (block - ENDS_mm) / height))
            _draw(axes, studies, pooled)
        return figure


def _draw(axes: Axes, studies: Sequence[Study], pooled: Pooled) -> None:
    scale = 100 if pooled.measure == DIFFERENCE else 1
    if scale == 1:
        axes.set_xscale("log")
    _head(axes, pooled, scale)
    top = max(pooled.random_weights)
    for row, (study, found, weight) in enumerate(zip(studies, pooled.studies, pooled.random_weights, strict=True)):
        axes.plot([scale * found.lower, scale * found.upper], [row, row], color=INK, linewidth=0.9)
        axes.plot(scale * found.estimate, row, "s", color=BLUE, markersize=LARGEST_SQUARE_pt * (weight / top) ** 0.5)
        counts = study.counts
        name = label_text(study.name, LONGEST_NAME - 2 * study.is_recalled) + " †" * study.is_recalled
        _texts(axes, row, name, f"{counts.events_new}/{counts.total_new}",
               f"{counts.events_control}/{counts.total_control}", found, scale, f"{100 * weight:.0f} %")
    below: float = len(studies) + 0.4
    for name, estimate in (("Mantel-Haenszel, fixed", pooled.mantel_haenszel),
                           ("DerSimonian-Laird, random", pooled.dersimonian_laird),
                           ("Hartung-Knapp, random" + " *" * pooled.few_studies, pooled.hartung_knapp)):
        if estimate is not None:
            low, middle, high = (scale * each for each in (estimate.lower, estimate.estimate, estimate.upper))
            axes.fill([low, middle, high, middle], [below, below - 0.3, below, below + 0.3], color=VERMILLION,
                      linewidth=0)
            _texts(axes, below, name, "", "", estimate, scale, "", weight="bold")
        below += 1
    if pooled.prediction is not None:
        low, high = pooled.prediction
        axes.plot([scale * low, scale * high], [below, below], color=VERMILLION, linewidth=2.2, solid_capstyle="butt")
        _texts(axes, below, "prediction interval", "", "", Estimate(low, low, high, None), scale, "", middle=False)
    _frame(axes, pooled, scale, below)
    notes = ["† counts recalled, to be confirmed"] * any(study.is_recalled for study in studies)
    notes += [f"* fewer than {FEW_STUDIES} studies"] * pooled.few_studies
    axes.text(1.69, below + 1, "   ".join(notes), transform=axes.get_yaxis_transform(), ha="right", va="center",
              color=QUIET, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})


def _head(axes: Axes, pooled: Pooled, scale: int) -> None:
    unit = " (%)" if scale == 100 else ""
    for x, words, align in ((-1.22, pooled.measure, "left"), (-0.31, "new", "right"), (-0.03, "control", "right"),
                            (1.48, f"estimate{unit}, {100 * pooled.level:g} % limits", "right"),
                            (1.69, "weight", "right")):
        axes.text(x, -1.2, words, transform=axes.get_yaxis_transform(), ha=align, va="center", weight="bold")


def _texts(axes: Axes, row: float, name: str, new: str, control: str, found: Estimate, scale: int, share: str, *,
           weight: str = "normal", middle: bool = True) -> None:
    low, estimate, high = (_number(scale * x) for x in (found.lower, found.estimate, found.upper))
    numbers = f"{estimate} ({low} to {high})" if middle else f"{low} to {high}"
    for x, words, align in ((-1.22, name, "left"), (-0.31, new, "right"), (-0.03, control, "right"),
                            (1.48, numbers, "right"), (1.69, share, "right")):
        axes.text(x, row, words, transform=axes.get_yaxis_transform(), ha=align, va="center",
                  weight=weight if x < 0 else "normal")


def _number(value: float) -> str:
    """At most five figures; what is wider by its power of ten."""
    return f"{value:.2g}" if abs(value) >= WIDE else f"{value:.{0 if abs(value) >= 100 else 2}f}"


def _frame(axes: Axes, pooled: Pooled, scale: int, last: float) -> None:
    """Line of no effect, axis, heterogeneity in the last row."""
    axes.axvline(0 if scale == 100 else 1, color=QUIET, linewidth=0.8)
    axes.set_ylim(last + 1.7, -0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(True, axis="x", color=RULE, linewidth=0.4)
    if scale == 1:
        low, high = axes.get_xlim()
        axes.set_xlim(max(low, 1 / TEN_FOLD), min(high, TEN_FOLD))
        axes.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0) if high / low < 100 else (1.0,)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    none = (0 if scale == 100 else 1, 0.0)
    for words, side, align in (("favours new", -5, "right"), ("favours control", 5, "left")):
        axes.annotate(words, none, (side, -19), xycoords=axes.get_xaxis_transform(), textcoords="offset points",
                      ha=align, va="center")
    p = "p < 0.001" if pooled.q_p < 0.001 else f"p = {pooled.q_p:.3f}"
    axes.text(-1.22, last + 1, f"Q = {pooled.q:.2f}, {p}; I² = {100 * pooled.i2:.0f} %; "
              f"τ² = {pooled.tau2:.2g}", transform=axes.get_yaxis_transform(), va="center", color=QUIET)

"""DVHs of both treatments in one picture: physical dose beside EQD2, a colour a structure, a line style a treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiort.plan.compared_side import EBRT, IORT, ComparedSide
from openiort.plan.compared_structures import in_order
from openiort.plan.dvh import DVH
from openiort.plan.sampled_dvh import SampledDVH
from openiort.report.direct_labels import Label, place_labels
from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    drawing,
    new_figure,
    quiet_grid,
)
from openiort.report.plain_text import plain_text

WIDTH_mm, HEIGHT_mm = 186.0, 74.0
BINS = 400
# curves that at this volume reach this share of the axis are named on the curve
LABELLED_percent, LABELLED_FROM, LABEL_pt = 0.1, 0.06, 6.0
SHORT = {"shell 0-10 mm": "bed", "ipsilateral breast": "breast", "ipsilateral lung": "lung", "contralateral lung":
         "other lung", "contralateral breast": "other breast"}
LOG_percent = (0.05, 110.0)
BANDS = {0.95: 0.14, 0.68: 0.2}
Samples = Mapping[str, Mapping[str, Mapping[str, SampledDVH]]]
LINES = {EBRT: "-", IORT: (0, (4, 1.5))}
COLOURS = {
    "tumour bed": VERMILLION, "shell 0-10 mm": VERMILLION, "breast": PURPLE, "left breast": PURPLE,
    "right breast": PURPLE, "ipsilateral breast": PURPLE, "skin": ORANGE, "ribs": INK, "bone": INK, "left lung": BLUE,
    "ipsilateral lung": BLUE, "contralateral lung": SKY, "lungs": BLUE, "right lung": SKY, "heart": GREEN,
    "contralateral breast": "#8B6F47", "body": QUIET,
}  # fmt: skip
OTHERS = ("#8A8A00", "#B58BD9", "#17A2B8", "#C2185B")
LONGEST_NAME = 24


def compared_dvh_figure(sides: Sequence[ComparedSide], samples: Samples | None = None) -> Figure:
    """Cumulative DVHs in per cent of each structure's volume; with samples on a scale that shows hot spots, with bands.

    Args:
        sides: IORT and EBRT.
        samples: kind (`physical`, `eqd2`) -> column's title -> structure -> samples of its DVH.
    """
    colours = drawn_structures(sides)
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        for left, key, label in ((0.06, "physical", "physical dose (Gy)"), (0.445, "eqd2", "EQD2 (Gy)")):
            axes = figure.add_axes((left, 0.135, 0.345, 0.835))
            for side in sides:
                for name, dvh in getattr(side, key).items():
                    if name in colours:
                        _draw(axes, dvh, colours[name], LINES[side.title])
                        sampled = (samples or {}).get(key, {}).get(side.title, {}).get(name)
                        if sampled is not None:
                            _draw_band(axes, sampled, colours[name])
            axes.set_xlim(0, None)
            axes.set_ylim(0, 101)
            if samples is not None:
                _logarithmic(axes, [dvh for side in sides for name, dvh in getattr(side, key).items()
                                    if name in colours])
            axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
            axes.set_xlabel(label, labelpad=2)
            quiet_grid(axes)
            if samples is not None:
                _label(axes, sides, key, colours)
        figure.axes[0].set_ylabel("volume (%)", labelpad=2)
        _legend(figure, colours, sides, banded=bool(samples))
        return figure


def drawn_structures(sides: Iterable[ComparedSide]) -> dict[str, str]:
    """Structure -> colour, in the order of the comparison; of those without a colour of their own the first few."""
    names = in_order(name for side in sides for name in side.physical)
    others = [name for name in names if name not in COLOURS][: len(OTHERS)]
    own = COLOURS | dict(zip(others, OTHERS, strict=False))
    return {name: own[name] for name in names if name in own}


def _draw(axes: Axes, dvh: DVH, colour: str, style: object) -> None:
    dose_Gy, volume_cc = dvh.curve(max(dvh.max_Gy, 0.1) / BINS)
    axes.plot(dose_Gy, 100.0 * volume_cc / dvh.total_volume_cc, color=colour, linestyle=style, linewidth=1.1)


def _logarithmic(axes: Axes, dvhs: Sequence[DVH]) -> None:
    """Volumes on a logarithmic scale; doses as far as the curves' own hot ends, which bands may pass."""
    axes.set_yscale("log")
    axes.set_ylim(*LOG_percent)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlim(0, max([1.0, *(dvh.dose_to_percent_Gy(LOG_percent[0]) for dvh in dvhs)]) * 1.12)


def _label(axes: Axes, sides: Sequence[ComparedSide], key: str, colours: dict[str, str]) -> None:
    """Names on the curves that can be told apart, for eyes and printers without colours."""
    curves, labels, (least, most) = [], [], axes.get_xlim()
    for side in sides:
        for name, dvh in getattr(side, key).items():
            if name not in colours or dvh.dose_to_percent_Gy(LABELLED_percent) < LABELLED_FROM * (most - least):
                continue
            percent = np.geomspace(LOG_percent[0] * 1.6, 60.0, 60)
            dose_Gy = np.array([dvh.dose_to_percent_Gy(float(one)) for one in percent])
            curves.append(np.stack([dose_Gy, percent], 1))
            labels.append(Label(SHORT.get(name, plain_text(name, 12)), colours[name], curves[-1]))
    place_labels(axes, labels, halo="white", margin_px=1.0, fontsize=LABEL_pt, zorder=5)


def _draw_band(axes: Axes, sampled: SampledDVH, colour: str) -> None:
    """68 and 95 % of the samples, along the dose axis."""
    percent = 100.0 * sampled.at_cc / sampled.volume_cc.sum()
    for level, strength in BANDS.items():
        low, high = sampled.band_Gy(level)
        axes.fill_betweenx(percent, low, high, color=colour, alpha=strength, linewidth=0, zorder=1.5)


def _legend(figure: Figure, colours: dict[str, str], sides: Sequence[ComparedSide], *,
            banded: bool) -> None:
    handles: list[Line2D | Patch] = [Line2D([], [], color=colour, label=plain_text(name, LONGEST_NAME), linewidth=1.6)
               for name, colour in colours.items()]
    for side in sides:
        said = f"{side.title}: {side.absent}" if side.absent else side.title
        handles.append(Line2D([], [], color=QUIET, linestyle=LINES[side.title], label=said, linewidth=1.1))
    if banded:
        handles += [Patch(color=QUIET, alpha=0.3, linewidth=0, label="band of 68 %"),
                    Patch(color=QUIET, alpha=0.14, linewidth=0, label="band of 95 %")]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.81, 0.99), handlelength=2.2, labelspacing=0.55,
                  borderaxespad=0.0)

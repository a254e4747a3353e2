"""DVHs of both treatments in one picture: physical dose beside EQD2, a colour a structure, a line style a treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiort.plan.compared_side import EBRT, IORT, ComparedSide
from openiort.plan.compared_structures import in_order
from openiort.plan.dvh import DVH
from openiort.plan.sampled_dvh import SampledDVH
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
LOG_percent = (0.05, 110.0)
BANDS = {0.95: 0.14, 0.68: 0.2}
Samples = Mapping[str, Mapping[str, Mapping[str, SampledDVH]]]
LINES = {EBRT: "-", IORT: (0, (4, 1.5))}
COLOURS = {
    "tumour bed": VERMILLION, "shell 0-10 mm": VERMILLION, "breast": PURPLE, "left breast": PURPLE,
    "right breast": PURPLE, "ipsilateral breast": PURPLE, "skin": ORANGE, "ribs": INK, "bone": INK, "left lung": BLUE,
    "ipsilateral lung": BLUE, "contralateral lung": SKY, "lungs": BLUE, "right lung": SKY, "heart": GREEN, "contralateral breast": "#8B6F47", "body": QUIET,
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
            if samples is None:
                axes.set_ylim(0, 101)
            else:
                axes.set_yscale("log")
                axes.set_ylim(*LOG_percent)
                axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
            axes.set_xlabel(label, labelpad=2)
            quiet_grid(axes)
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

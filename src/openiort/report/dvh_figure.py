"""Cumulative DVHs in cubic centimetres: the hottest fraction of a cc of skin and the whole body on one scale.

Percent of a structure would say little here: the scan cuts most of them, and all but the shells get next to nothing
over most of their volume. D2cc and D0.1cc can be read off directly.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator
from numpy.typing import NDArray

from openiort.plan.dvh import DVH
from openiort.plan.plan import Plan
from openiort.report.direct_labels import Label, place_labels
from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    PURPLE,
    SKY,
    VERMILLION,
    draw,
    drawing,
    new_figure,
    quiet_grid,
)
from openiort.report.plain_text import plain_text

FloatArray = NDArray[np.float64]
WIDTH_mm, HEIGHT_mm = 91.0, 54.0
LEAST_cc, MOST_cc = 0.05, 1000.0
BIN_Gy = 0.02
BAND_K, BAND_STRENGTH = 2, 0.3  # standard uncertainties to each side: about 95 %
LINE_pt = 1.0
TARGET = "PTV"
STYLES = {
    "shell 0-5 mm": (INK, "-"), "shell 0-10 mm": (INK, "--"), "skin": (VERMILLION, "-"), "bone": (PURPLE, "-."),
    "lungs": (BLUE, "--"), "body": (GREEN, ":"),
}
OTHERS = ((SKY, "-"), (GREEN, "--"), (PURPLE, "-"), (BLUE, "-."), (VERMILLION, "--"))


def dvh_figure(plan: Plan) -> Figure:
    """One curve a structure, labelled on the curve."""
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        axes = figure.add_axes((0.145, 0.17, 0.84, 0.81))
        axes.set_yscale("log")
        names = _distinct(plan.dvhs.values())
        curves = {name: _curve(plan.dvhs[name]) for name in names}
        styles = _styles(list(curves))
        for name, (dose, volume) in curves.items():
            colour, dashes = styles[name]
            _draw_band(axes, plan.dvhs[name], dose, volume, colour)
            axes.plot(dose, volume, color=colour, linestyle=dashes, linewidth=LINE_pt)
        axes.set_ylim(LEAST_cc, MOST_cc)
        axes.set_xlim(0, max([1.0, *(float(dose[-1]) for dose, _ in curves.values())]) * 1.02)
        axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(LogLocator(10, numticks=12))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel("dose to medium, D$_\\mathrm{m,m}$ (Gy)", labelpad=2)
        axes.set_ylabel("volume (cc)", labelpad=2)
        quiet_grid(axes)
        draw(figure)
        _label(axes, curves, {name: style[0] for name, style in styles.items()}, names)
        return figure


def _distinct(dvhs: Iterable[DVH]) -> dict[str, str]:
    """Structure -> what its curve is called, of those that can be seen, each curve once.

    An organ has a second name by its side; a target that is the shell is named with it.
    """
    found: list[DVH] = []
    names: dict[str, str] = {}
    for dvh in dvhs:
        same = next((f.structure for f in found if np.array_equal(dvh.dose_Gy, f.dose_Gy)), None)
        if same is not None and dvh.structure.startswith(TARGET) and names[same] == same:
            names[same] = f"{same} = {dvh.structure}"
        if same is None and dvh.total_volume_cc > LEAST_cc:
            found.append(dvh)
            names[dvh.structure] = dvh.structure
    return names


def _curve(dvh: DVH) -> tuple[FloatArray, FloatArray]:
    """Cumulative curve down to the least volume shown."""
    dose, volume = dvh.curve(BIN_Gy)
    shown = volume >= LEAST_cc * 0.5
    return dose[shown], volume[shown]


def band_half_width_Gy(dvh: DVH, dose_Gy: FloatArray) -> FloatArray:
    """Half of the band's width where the curve passes doses: `BAND_K` standard uncertainties; 0 where not known."""
    return np.zeros_like(dose_Gy) if dvh.band is None else BAND_K * dvh.band.at_Gy(dose_Gy)


def widest_band(plan: Plan) -> tuple[str, float] | None:
    """Structure with the widest band of those drawn, and half of its width in Gy; None where no band is known."""
    widths = {name: float(band_half_width_Gy(dvh, _curve(dvh)[0]).max()) for name, dvh in plan.dvhs.items()
              if dvh.band is not None and dvh.total_volume_cc > LEAST_cc}
    return max(widths.items(), key=lambda item: item[1]) if widths else None


def _draw_band(axes: Axes, dvh: DVH, dose: FloatArray, volume: FloatArray, colour: str) -> None:
    """Along the dose axis, on both sides of the curve."""
    half = band_half_width_Gy(dvh, dose)
    if half.any():
        axes.fill_betweenx(volume, np.maximum(dose - half, 0.0), dose + half, color=colour, alpha=BAND_STRENGTH,
                           linewidth=0, zorder=1.5)


def _styles(names: list[str]) -> dict[str, tuple[str, str]]:
    others = [name for name in names if name not in STYLES]
    return STYLES | {name: OTHERS[number % len(OTHERS)] for number, name in enumerate(others)}


def _label(axes: Axes, curves: dict[str, tuple[FloatArray, FloatArray]], colours: dict[str, str],
           names: dict[str, str]) -> None:
    """Write each name beside its curve, where it covers least of the others."""
    lines = [axes.transData.transform(np.stack([dose, volume], 1)) for dose, volume in curves.values()]
    labels = []
    for (name, (dose, volume)), place in zip(curves.items(), lines, strict=True):
        flat = volume > 0.999 * volume[0]  # a shell is named where all of it still counts
        long_flat = dose[flat][-1] > 0.15 * dose[-1]
        used = flat if long_flat else (volume > LEAST_cc * 1.5) & (volume < MOST_cc) & (dose > 0)
        nearby = _beside(place[used])
        labels.append(Label(plain_text(names[name], 24), colours[name], axes.transData.inverted().transform(nearby)))
    lengths = np.concatenate([_evenly(line) for line in lines]) if lines else None
    place_labels(axes, labels, halo="white", lines=lengths, margin_px=2.0)


def _beside(line: FloatArray) -> FloatArray:
    """Candidate centres right and above of a curve in display coordinates, evenly along it."""
    points = _evenly(line, 12.0)
    shifts = [(right, up) for right in (0.0, 40.0, 70.0, 100.0) for up in (-14.0, 0.0, 14.0)]
    return np.concatenate([points + np.array(shift) for shift in shifts]) if len(points) else points


def _evenly(line: FloatArray, step_px: float = 3.0) -> FloatArray:
    """Points every few pixels along a polyline."""
    if len(line) < 2:
        return line
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.arange(0.0, along[-1], step_px)
    return np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], 1)

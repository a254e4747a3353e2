"""What all figures share: size in mm, one typeface (that of the page), colours that colour-blind eyes tell apart.

Figures are drawn with matplotlib's object interface, never through pyplot, whose state is global.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

FONT = "DejaVu Sans"
TEXT_pt = 7.5
INK, QUIET, RULE = "#1a1a1a", "#666666", "#d0d0d0"
# M. Okabe, K. Ito, "Color Universal Design", 2008 (blue, vermillion, bluish green, reddish purple darkened, sky blue,
# orange)
BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, SKY, ORANGE = "#AA4A88", "#56B4E9", "#E69F00"
WINDOW_HU = (-250.0, 250.0)  # of the CT: W 500, L 0 tells fat from gland
MM_PER_INCH = 25.4
PNG_DOTS_PER_INCH = 220
SETTINGS: dict[str, Any] = {
    "font.family": FONT, "font.size": TEXT_pt, "mathtext.fontset": "dejavusans", "text.color": INK,
    "axes.labelcolor": INK, "axes.edgecolor": QUIET, "axes.linewidth": 0.6, "axes.labelsize": TEXT_pt,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "xtick.labelsize": TEXT_pt, "ytick.labelsize": TEXT_pt, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
    "xtick.major.size": 2.5, "ytick.major.size": 2.5, "ytick.minor.size": 0.0,
    "lines.linewidth": 1.3, "legend.frameon": False, "legend.fontsize": TEXT_pt,
    # outlines instead of font names, and fixed identifiers: the same bytes on every machine
    "svg.fonttype": "path", "svg.hashsalt": "openiort", "path.simplify": False,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Settings for creating, filling and saving a figure; the user's own matplotlib settings do not count."""
    with matplotlib.rc_context(dict(matplotlib.rcParamsDefault) | SETTINGS):
        yield


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure, to be called within `drawing()`."""
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), dpi=PNG_DOTS_PER_INCH)


def draw(figure: Figure) -> None:
    """Lay the figure out, so that the sizes of its texts are known."""
    FigureCanvasAgg(figure).draw()


def svg(figure: Figure) -> bytes:
    """The figure as SVG, without date."""
    target = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None, "Creator": None})
    return target.getvalue()


def png(figure: Figure) -> bytes:
    """The figure as PNG, without date."""
    target = io.BytesIO()
    FigureCanvasAgg(figure).print_png(target, metadata={"Software": None})
    return target.getvalue()


def quiet_grid(axes: Axes) -> None:
    """Thin lines behind the curves."""
    axes.grid(True, color=RULE, linewidth=0.4)
    axes.tick_params(length=2.5)

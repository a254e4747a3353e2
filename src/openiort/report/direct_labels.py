"""Labels on the lines themselves: each at the first of its candidate places that no other label covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Label:
    """A text with the places it may stand at.

    Attributes:
        text: what it says.
        colour: of the text.
        places: (n, 2) points in data coordinates, best first; the text is centred on one of them.
    """

    text: str
    colour: str
    places: FloatArray


def place_labels(axes: Axes, labels: Sequence[Label], *, halo: str, taken: Sequence[Bbox] = (),
                 lines: FloatArray | None = None, margin_px: float = 3.0, **style: Any) -> None:
    """Write each label where it lies within the axes and covers neither a label before it nor `taken`.

    Args:
        axes: where; its limits must be set.
        labels: the first has the first choice; one that fits nowhere is left out.
        halo: colour of the outline that sets the text off from what is behind.
        taken: areas in display coordinates that stay free.
        lines: (n, 2) points in display coordinates that are better not covered; the place that covers fewest wins.
        margin_px: free space around a label.
        style: of the text, as in `Axes.text`.
    """
    figure = axes.figure
    assert isinstance(figure, Figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    frame, used = axes.get_window_extent(renderer), list(taken)
    for label in labels:
        text = axes.text(0, 0, label.text, color=label.colour, ha="center", va="center", clip_on=True, parse_math=False,
                         path_effects=[withStroke(linewidth=2.2, foreground=halo)], **style)
        size = text.get_window_extent(renderer)
        spot = _best_place(axes.transData.transform(label.places), size.width, size.height, frame, used, lines,
                           margin_px)
        if spot is None:
            text.remove()
            continue
        text.set_position(label.places[spot[0]])
        used.append(spot[1])


def _best_place(centres: FloatArray, width: float, height: float, frame: Bbox, used: list[Bbox],
                lines: FloatArray | None, margin: float) -> tuple[int, Bbox] | None:
    best: tuple[int, Bbox] | None = None
    fewest = np.inf
    for number, (x, y) in enumerate(centres):
        box = Bbox.from_extents(x - width / 2 - margin, y - height / 2 - margin, x + width / 2 + margin,
                                y + height / 2 + margin)
        within = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        if not within or any(box.overlaps(other) for other in used):
            continue
        if lines is None:
            return number, box
        covered = float((((lines >= box.min) & (lines <= box.max)).all(axis=1)).sum())
        if covered < fewest:
            best, fewest = (number, box), covered
    return best

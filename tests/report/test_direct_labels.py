"""Labels on lines: the first free place, none over another, none outside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from openiort.report.direct_labels import Label, place_labels
from openiort.report.figure_style import draw, drawing, new_figure

LEFT, MIDDLE, RIGHT = (2.0, 5.0), (5.0, 5.0), (8.0, 5.0)


@pytest.fixture
def axes() -> Iterator[Axes]:
    """10 x 10 in data, 100 x 50 mm on paper, no margins."""
    with drawing():
        figure = new_figure(100.0, 50.0)
        found = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        found.set_xlim(0, 10)
        found.set_ylim(0, 10)
        draw(figure)
        yield found


def label(text: str, *places: tuple[float, float]) -> Label:
    return Label(text, "#000000", np.array(places))


def shown(axes: Axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): tuple(text.get_position()) for text in axes.texts}


def boxes(axes: Axes) -> list[Bbox]:
    return [text.get_window_extent() for text in axes.texts if isinstance(text, Text)]


def test_first_place_is_taken(axes: Axes) -> None:
    place_labels(axes, [label("a", MIDDLE, LEFT)], halo="white")
    assert shown(axes) == {"a": MIDDLE}


def test_second_label_gives_way(axes: Axes) -> None:
    place_labels(axes, [label("first", MIDDLE), label("second", MIDDLE, (5.2, 5.0), RIGHT)], halo="white")
    assert shown(axes) == {"first": MIDDLE, "second": RIGHT}
    first, second = boxes(axes)
    assert not first.overlaps(second)


def test_label_that_fits_nowhere_is_left_out(axes: Axes) -> None:
    place_labels(axes, [label("first", MIDDLE), label("second", MIDDLE)], halo="white")
    assert shown(axes) == {"first": MIDDLE}


def test_label_stays_within_the_axes(axes: Axes) -> None:
    place_labels(axes, [label("long label", (0.1, 5.0), (9.9, 5.0), (5.0, 9.9), RIGHT)], halo="white")
    assert shown(axes) == {"long label": RIGHT}
    frame, (box,) = axes.get_window_extent(), boxes(axes)
    assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1


def test_taken_areas_stay_free(axes: Axes) -> None:
    (x, y) = axes.transData.transform(MIDDLE)
    place_labels(axes, [label("a", MIDDLE, LEFT)], halo="white", taken=[Bbox.from_extents(x - 5, y - 5, x + 5, y + 5)])
    assert shown(axes) == {"a": LEFT}


def test_place_that_covers_fewest_lines_wins(axes: Axes) -> None:
    """Three points of a line under the first place, one under the second, two under the third."""
    around = [(MIDDLE, 3), (LEFT, 1), (RIGHT, 2)]
    lines = np.concatenate([np.repeat(axes.transData.transform([place]), count, 0) for place, count in around])
    place_labels(axes, [label("a", MIDDLE, LEFT, RIGHT)], halo="white", lines=lines)
    assert shown(axes) == {"a": LEFT}


def test_nothing_to_place(axes: Axes) -> None:
    place_labels(axes, [Label("a", "#000000", np.empty((0, 2)))], halo="white")
    assert shown(axes) == {}

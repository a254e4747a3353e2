"""Figures: what is drawn, with true sizes, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import Circle

from openiort.plan.dvh import make_dvh
from openiort.plan.dvh_band import DVHBand
from openiort.plan.plan import Range
from openiort.report.depth_dose_figure import depth_dose_figure, smooth_curve
from openiort.report.dvh_figure import dvh_figure, widest_band
from openiort.report.figure_style import TEXT_pt, drawing, svg
from openiort.report.plane_figure import ISODOSES, plane_figure
from tests.plan_factory import make_plan, water_dose_Gy


def test_sphere_is_a_circle_of_its_radius_at_the_centre_of_each_plane() -> None:
    figure = plane_figure(make_plan())
    circles = [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, Circle)]
    assert [(circle.center, circle.radius) for circle in circles] == [((0, 0), 15.0)] * 3
    assert all(axes.get_xlim() == (-75, 75) and axes.get_ylim() == (-75, 75) for axes in figure.axes)


def test_legend_names_only_doses_that_occur() -> None:
    legend = plane_figure(make_plan()).legends[0]
    shown = [text.get_text() for text in legend.get_texts()]
    assert "20" not in shown  # 20 Gy to water are at most 16 Gy to gland here
    assert shown[:5] == ["15", "10", "7", "5", "2"]
    assert set(shown) >= {"skin", "bone", "lungs"}


def test_neighbouring_isodoses_differ_in_colour_and_dashes() -> None:
    styles = list(ISODOSES.values())
    assert all(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(styles))


def test_letters_of_orientation() -> None:
    axial = plane_figure(make_plan()).axes[0]
    letters = {t.get_text(): t.get_position() for t in axial.texts if t.get_text() in "RLAP" and t.get_text()}
    assert letters["R"][0] < 0.1 < 0.9 < letters["L"][0]
    assert letters["P"][1] < 0.1 < 0.9 < letters["A"][1]


def test_curve_passes_between_the_points_as_the_dose_does() -> None:
    depths = (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 20.0)
    at, dose = smooth_curve({d: float(water_dose_Gy(np.array(15.0 + d), 15.0)) for d in depths}, 15.0)
    np.testing.assert_allclose(dose, water_dose_Gy(15.0 + at, 15.0), rtol=1e-6)


def test_prescription_is_marked() -> None:
    axes = depth_dose_figure(make_plan()).axes[0]
    marks = [line.get_xydata() for line in axes.lines if line.get_marker() == "D"]
    assert [list(np.ravel(np.asarray(mark))) for mark in marks] == [[0.0, 20.0]]


def test_every_curve_is_labelled_and_no_label_covers_another() -> None:
    figure = dvh_figure(make_plan())
    texts = figure.axes[0].texts
    assert {text.get_text() for text in texts} == set(make_plan().dvhs)
    boxes = [text.get_window_extent() for text in texts]
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.overlaps(b)]


def test_band_is_two_standard_uncertainties_to_each_side_along_the_dose() -> None:
    sigma = DVHBand(np.array([0.0, 20.0]), np.array([0.5, 0.5]), 0.0)
    dvh = replace(make_plan().dvh("skin"), band=sigma)
    plan = replace(make_plan(), dvhs={"skin": dvh})
    axes = dvh_figure(plan).axes[0]
    line = next(line for line in axes.lines if len(line.get_xdata()) > 10)
    drawn = axes.collections[0].get_paths()[0].get_extents()
    assert drawn.x1 == pytest.approx(float(np.max(line.get_xdata())) + 2 * 0.5)
    assert drawn.x0 == 0.0  # no dose below none
    assert widest_band(plan) == ("skin", 1.0)
    assert widest_band(make_plan()) is None and not dvh_figure(make_plan()).axes[0].collections


@pytest.mark.parametrize("draw", [plane_figure, depth_dose_figure, dvh_figure])
def test_text_is_large_enough_to_read(draw: object) -> None:
    figure = draw(make_plan())  # type: ignore[operator]
    sizes = {text.get_fontsize() for axes in figure.axes for text in axes.texts}
    sizes |= {label.get_fontsize() for axes in figure.axes for label in (*axes.get_xticklabels(), axes.xaxis.label)}
    assert min(sizes) >= TEXT_pt == 7.5


def test_same_plan_gives_the_same_bytes() -> None:
    with drawing():
        assert svg(depth_dose_figure(make_plan())) == svg(depth_dose_figure(make_plan()))


def test_hardly_any_data() -> None:
    empty = make_dvh("skin", np.zeros(0), np.zeros(0), prescription_Gy=20.0)
    bare = replace(make_plan(), dvhs={"skin": empty}, patient_water_depth_dose_Gy={},
                   patient_medium_depth_dose_Gy={0.0: Range(12.0, 11.0, 13.0)})
    assert dvh_figure(bare).axes and depth_dose_figure(bare).axes
    assert not dvh_figure(replace(bare, dvhs={})).axes[0].texts
    cold = replace(bare.fine_dose, medium_Gy=np.zeros(bare.fine_dose.grid.shape, np.float32))
    none = replace(bare, fine_dose=cold, coarse_dose=cold)
    assert [t.get_text() for t in plane_figure(none).legends[0].get_texts()] == ["skin", "bone", "lungs"]
